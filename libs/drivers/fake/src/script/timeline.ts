import type { LogEvent, NoticeEvent, RunOutcome } from "@gantry/reports";
import type { Script, Step } from "./script.ts";

/** What was done to a run from outside. Milliseconds after its start. */
export interface Interference {
  readonly termAt?: number;
  readonly killAt?: number;
}

interface Timed<Thing> {
  readonly at: number;
  readonly thing: Thing;
}

/** All that a scripted program does, and when: a pure function of its script and of what was done to it. */
export interface Timeline {
  readonly events: readonly Timed<LogEvent | NoticeEvent>[];
  readonly outputs: readonly Timed<{ readonly path: string; readonly text: string }>[];
  /** When it ends; never, when that is not yet decided. */
  readonly endAt: number;
  readonly outcome: RunOutcome;
}

type OnTerm = "default" | Extract<Step, { onTerm: unknown }>["onTerm"];

/** Lines of one event. */
const CHUNK = 100;

/** Works out what `script` does when `interference` comes in its way. */
export function timelineOf(script: Script, interference: Interference): Timeline {
  return new Simulation(interference).play(script);
}

class Simulation {
  readonly #events: Timed<LogEvent | NoticeEvent>[] = [];
  readonly #outputs: Timed<{ readonly path: string; readonly text: string }>[] = [];
  readonly #termAt: number;
  readonly #killAt: number;
  #at = 0;
  #onTerm: OnTerm = "default";
  #isTermDone = false;
  #outcome: RunOutcome | undefined;

  constructor({
    termAt = Number.POSITIVE_INFINITY,
    killAt = Number.POSITIVE_INFINITY,
  }: Interference) {
    this.#termAt = termAt;
    this.#killAt = killAt;
  }

  play(script: Script): Timeline {
    for (const step of script) {
      if (this.#outcome === undefined) this.#do(step);
    }
    return {
      events: this.#events,
      outputs: this.#outputs,
      endAt: this.#at,
      outcome: this.#outcome ?? exited(0),
    };
  }

  #do(step: Step): void {
    if ("print" in step) this.#log(step.print, step.to);
    else if ("lines" in step) this.#count(step);
    else if ("sleepMs" in step) this.#sleep(step.sleepMs);
    else if ("write" in step)
      this.#outputs.push({ at: this.#at, thing: { path: step.write, text: step.text } });
    else if ("onTerm" in step) this.#onTerm = step.onTerm;
    else if ("notice" in step) this.#tell({ kind: "notice", level: step.level, text: step.notice });
    else if ("exit" in step) this.#outcome = exited(step.exit, step.outOfMemory);
    else this.#outcome = { kind: "lost", reason: step.lose };
  }

  #tell(thing: LogEvent | NoticeEvent): void {
    this.#events.push({ at: this.#at, thing });
  }

  #log(text: string, stream: "stdout" | "stderr"): void {
    if (text !== "") this.#tell({ kind: "log", stream, text });
  }

  #count({ lines, prefix, to }: Extract<Step, { lines: number }>): void {
    for (let from = 1; from <= lines; from += CHUNK) {
      const count = Math.min(CHUNK, lines - from + 1);
      this.#log(Array.from({ length: count }, (_, n) => `${prefix}${from + n}\n`).join(""), to);
    }
  }

  /** Time passes only here, so signals arrive only here. */
  #sleep(ms: number): void {
    const until = this.#at + ms;
    if (!this.#isTermDone && this.#termAt < until && this.#termAt <= this.#killAt)
      this.#terminate();
    if (this.#outcome !== undefined) return;
    if (this.#killAt < until) {
      this.#at = Math.max(this.#at, this.#killAt);
      this.#outcome = exited(137);
    } else {
      this.#at = until;
    }
  }

  #terminate(): void {
    this.#isTermDone = true;
    if (this.#onTerm === "ignore") return;
    this.#at = Math.max(this.#at, this.#termAt);
    if (this.#onTerm === "default") {
      this.#outcome = exited(143);
      return;
    }
    this.#log(this.#onTerm.print, "stdout");
    this.#outcome = exited(this.#onTerm.exit);
  }
}

function exited(exitCode: number, outOfMemory = false): RunOutcome {
  return { kind: "exited", exitCode, outOfMemory };
}
