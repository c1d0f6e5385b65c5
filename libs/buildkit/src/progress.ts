import { LineChunker } from "@gantry/process";
import type { WorkEvent } from "@gantry/reports";
import type { Trace, Vertex, VertexLog, VertexStatus } from "./trace.ts";

/** One of the Dockerfile's steps, when the build is over. */
export interface FinishedStep {
  readonly title: string;
  readonly cached: boolean;
}

interface Step {
  readonly title: string;
  state: "started" | "done" | "cached" | "failed" | "canceled";
  wasCached: boolean;
  readonly lines: Map<"stdout" | "stderr", LineChunker>;
  tail: string;
}

/** What is kept of each step's output for the error that it may end with. */
const TAIL_CHARACTERS = 4_000;

/** Turns BuildKit's account of a build into events. A step begins once and ends once, whatever BuildKit repeats. */
export class BuildProgress {
  readonly #steps = new Map<string, Step>();
  readonly #mask: (text: string) => string;

  /** `mask` takes secrets out of what steps print. */
  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  /** The events that `trace` adds. */
  fold(trace: Trace): readonly WorkEvent[] {
    const begun = trace.vertexes.flatMap((vertex) => this.#begin(vertex));
    for (const { digest, cached } of trace.vertexes) if (cached) this.#markCached(digest);
    return [
      ...begun,
      ...trace.statuses.flatMap((status) => this.#transfer(status)),
      ...trace.logs.flatMap((log) => this.#print(log)),
      ...trace.vertexes.flatMap((vertex) => this.#finish(vertex)),
    ];
  }

  /** The events that end what was under way when the build ended. */
  end(): readonly WorkEvent[] {
    return [...this.#steps].flatMap(([id, step]) => {
      if (step.state !== "started") return [];
      step.state = "canceled";
      return [
        ...this.#flush(id, step),
        { kind: "step", step: id, title: step.title, state: "canceled" } as const,
      ];
    });
  }

  /** The Dockerfile's own steps. */
  steps(): readonly FinishedStep[] {
    return [...this.#steps.values()]
      .filter(({ title }) => title.startsWith("[") && !title.startsWith("[internal]"))
      .map(({ title, wasCached }) => ({ title, cached: wasCached }));
  }

  /** The end of what the step that failed printed. */
  failedOutput(): string {
    const failed = [...this.#steps.values()].find(({ state }) => state === "failed");
    return failed?.tail.trimEnd() ?? "";
  }

  #begin(vertex: Vertex): WorkEvent[] {
    const { digest: id, started, cached, completed } = vertex;
    if (started === undefined || this.#steps.has(id)) return [];
    const title = this.#mask(vertex.name || "(unnamed step)");
    const isCached = cached && completed !== undefined;
    const state = isCached ? "cached" : "started";
    this.#steps.set(id, { title, state, wasCached: isCached, lines: new Map(), tail: "" });
    return [{ kind: "step", step: id, title, state }];
  }

  /** BuildKit may say so before a step's layers are fetched, or when the step has ended already. */
  #markCached(id: string): void {
    const step = this.#steps.get(id);
    if (step !== undefined) step.wasCached = true;
  }

  #finish({ digest: id, started, completed, error }: Vertex): WorkEvent[] {
    const step = this.#steps.get(id);
    if (step?.state !== "started" || completed === undefined || started === undefined) return [];
    step.state = stateOf(error);
    const { title, state } = step;
    const durationMs = Math.max(0, completed - started);
    const reason = state === "failed" ? { reason: this.#mask(error) } : {};
    return [
      ...this.#flush(id, step),
      { kind: "step", step: id, title, state, ...reason, durationMs },
    ];
  }

  #transfer({ id, vertex, current, total }: VertexStatus): WorkEvent[] {
    const step = this.#steps.get(vertex);
    if (step?.state !== "started" || current === 0) return [];
    const title = `${step.title}: ${id}`;
    return [
      {
        kind: "progress",
        step: vertex,
        title,
        current,
        ...(total >= current && { total }),
        unit: "bytes",
      },
    ];
  }

  #print({ vertex, stream, bytes }: VertexLog): WorkEvent[] {
    const step = this.#steps.get(vertex);
    if (step === undefined) return [];
    const chunker = step.lines.get(stream) ?? new LineChunker();
    step.lines.set(stream, chunker);
    return this.#log(vertex, step, { stream, text: chunker.push(bytes) });
  }

  #flush(id: string, step: Step): WorkEvent[] {
    return [...step.lines].flatMap(([stream, chunker]) =>
      this.#log(id, step, { stream, text: chunker.end() }),
    );
  }

  #log(
    id: string,
    step: Step,
    printed: { stream: "stdout" | "stderr"; text: string },
  ): WorkEvent[] {
    if (printed.text === "") return [];
    const text = this.#mask(printed.text);
    step.tail = (step.tail + text).slice(-TAIL_CHARACTERS);
    return [{ kind: "log", stream: printed.stream, text, step: id }];
  }
}

function stateOf(error: string): "canceled" | "done" | "failed" {
  if (error === "") return "done";
  return /context canceled/u.test(error) ? "canceled" : "failed";
}
