import type { BuiltStep } from "@gantry/driver-api";
import type { WorkEvent } from "@gantry/reports";

interface Step {
  readonly id: string;
  readonly title: string;
  readonly isRun: boolean;
  readonly isLast: boolean;
  readonly since: number;
  state: "waiting" | "started" | "over";
  wasCached: boolean;
  /** Podman has said that its result is kept. */
  isKept: boolean;
  tail: string;
}

type Output = "stdout" | "stderr";

const STEP = /^(?:\[(\d+)\/(\d+)\] )?STEP (\d+)\/(\d+): (.*)$/su;
const CACHED = /^--> Using cache [0-9a-f]{64}$/u;
const KEPT = /^(.*)--> [0-9a-f]{11,12}$/su;
const CACHE_TRAFFIC = /^--> (?:Cache pulled from remote|Pushing cache) \S+:[0-9a-f]{64}$/u;
const COMMIT = /^(?:\[\d+\/\d+\] )?COMMIT(?: |$)/u;
/** What is kept of a step's output for the error that it may end with. */
const TAIL_CHARACTERS = 4_000;

/**
 * Turns what `podman build` prints into events. Programs print into the same stream, so a line opens a step only where
 * one is due: behind a `-->`, and counting on from the step before.
 */
export class BuildSteps {
  readonly #steps: Step[] = [];
  readonly #mask: (text: string) => string;
  readonly #now: () => number;
  #isCommitting = false;

  /** `mask` takes secrets out of what steps print. */
  constructor(mask: (text: string) => string, now: () => number = Date.now) {
    this.#mask = mask;
    this.#now = now;
  }

  /** The events of whole lines, each with its newline but perhaps the last. */
  read(output: Output, text: string): readonly WorkEvent[] {
    if (output === "stderr") return this.#log("stderr", text);
    return (text.match(/[^\n]*\n|[^\n]+$/gu) ?? []).flatMap((line) => this.#line(line));
  }

  /** Says that the open step has begun: podman has not taken it from its cache at once. */
  settle(): readonly WorkEvent[] {
    const step = this.#open();
    if (step?.state !== "waiting") return [];
    step.state = "started";
    return [{ kind: "step", step: step.id, title: step.title, state: "started" }];
  }

  /** The events that end what is under way. `reason` is why it failed. */
  end(state: "canceled" | "done" | "failed", reason?: string): readonly WorkEvent[] {
    const step = this.#open();
    if (step === undefined) return [];
    return [...this.settle(), this.#close(step, state, reason)];
  }

  /** The Dockerfile's own steps. */
  steps(): readonly BuiltStep[] {
    return this.#steps.map(({ title, wasCached }) => ({ title, cached: wasCached }));
  }

  /** The end of what the last step printed. */
  lastOutput(): string {
    return this.#steps.at(-1)?.tail.trimEnd() ?? "";
  }

  #line(line: string): readonly WorkEvent[] {
    const bare = line.replace(/\n$/u, "");
    const open = this.#open();
    const parts = STEP.exec(bare);
    if (parts !== null && this.#isDue(parts)) return this.#begin(parts);
    if (this.#isCommitting || open === undefined || CACHE_TRAFFIC.test(bare)) return [];
    if (CACHED.test(bare) && open.tail === "") return this.#cached(open);
    const kept = KEPT.exec(bare);
    if (kept !== null) {
      open.isKept = true;
      return this.#log("stdout", kept[1] ?? "");
    }
    if (COMMIT.test(bare) && open.isLast) {
      this.#isCommitting = true;
      return this.end("done");
    }
    return this.#log("stdout", line);
  }

  #open(): Step | undefined {
    return this.#steps.findLast(({ state }) => state !== "over");
  }

  #isDue(parts: RegExpExecArray): boolean {
    const open = this.#open();
    const last = this.#steps.at(-1);
    const [stage, step] = [parts[1] ?? "1", Number(parts[3])];
    if (last === undefined) return step === 1;
    const isNext =
      `${stage}.${step}` === nextId(last.id) || (step === 1 && !last.id.startsWith(`${stage}.`));
    return isNext && (open === undefined || open.isKept || !open.isRun);
  }

  #begin([, stage, stages, step, steps, text = ""]: RegExpExecArray): readonly WorkEvent[] {
    const ended = this.end("done");
    const place = stage === undefined ? `${step}/${steps}` : `${stage}/${stages} ${step}/${steps}`;
    this.#isCommitting = false;
    this.#steps.push({
      id: `${stage ?? 1}.${step}`,
      title: this.#mask(`[${place}] ${text}`),
      isRun: /^RUN\s/iu.test(text),
      isLast: step === steps,
      since: this.#now(),
      state: "waiting",
      wasCached: false,
      isKept: false,
      tail: "",
    });
    return ended;
  }

  #cached(step: Step): readonly WorkEvent[] {
    step.wasCached = true;
    step.isKept = true;
    // A step that took its time to find itself in the cache has been told of as begun.
    if (step.state === "started") return [this.#close(step, "done")];
    step.state = "over";
    return [{ kind: "step", step: step.id, title: step.title, state: "cached" }];
  }

  #close(step: Step, state: "canceled" | "done" | "failed", reason?: string): WorkEvent {
    step.state = "over";
    const durationMs = Math.max(0, this.#now() - step.since);
    const { id, title } = step;
    const why = reason === undefined ? {} : { reason: this.#mask(reason) };
    return { kind: "step", step: id, title, state, ...why, durationMs };
  }

  #log(stream: Output, text: string): readonly WorkEvent[] {
    if (text === "") return [];
    const masked = this.#mask(text);
    const step = this.#open();
    if (step === undefined) return [{ kind: "log", stream, text: masked }];
    const begun = this.settle();
    step.tail = (step.tail + masked).slice(-TAIL_CHARACTERS);
    return [...begun, { kind: "log", stream, text: masked, step: step.id }];
  }
}

function nextId(id: string): string {
  const [stage = "1", step = "0"] = id.split(".");
  return `${stage}.${Number(step) + 1}`;
}
