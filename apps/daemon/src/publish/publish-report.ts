import type { TransferProgress } from "@gantry/oci";
import type { PublishedBundle } from "@gantry/protocol";
import type { OperationContext } from "../operations/operations.ts";

/** Milliseconds between two reports of a transfer. */
const EVERY_MS = 200;

type Context = Pick<OperationContext, "report">;

/** Tells what publishing is about, step by step, and counts what went over the wire. */
export class PublishReport {
  readonly #context: Context;
  readonly #counts = { sent: 0, mounted: 0, present: 0 };
  #sentBytes = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  get transferred(): Pick<PublishedBundle, "blobs" | "sentBytes"> {
    return { blobs: { ...this.#counts }, sentBytes: this.#sentBytes };
  }

  /** Sends blobs; the step ends `cached` when the registry had them all. */
  transfer<Result>(title: string, work: (parts: Parts) => Promise<Result>): Promise<Result> {
    const before = this.#moved;
    return this.#step(title, work, () => (this.#moved === before ? "cached" : "done"));
  }

  /** Does something else. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
    return this.#step(title, work, () => "done");
  }

  get #moved(): number {
    return this.#counts.sent + this.#counts.mounted;
  }

  async #step<Result>(
    title: string,
    work: (parts: Parts) => Promise<Result>,
    ending: () => "done" | "cached",
  ): Promise<Result> {
    const began = performance.now();
    const tell = (state: "done" | "failed" | "cached"): Promise<void> => {
      const durationMs = performance.now() - began;
      return this.#context.report("finish", { ...about(title), state, durationMs });
    };
    await this.#context.report("finish", { ...about(title), state: "started" });
    const parts = new Parts(title, this.#context, (part) => this.#count(part));
    try {
      const result = await work(parts);
      await parts.told();
      await tell(ending());
      return result;
    } catch (error) {
      await parts.told();
      await tell("failed");
      throw error;
    }
  }

  #count({ state, size }: TransferProgress): void {
    if (state === "moving") return;
    this.#counts[state === "done" ? "sent" : state] += 1;
    if (state === "done") this.#sentBytes += size;
  }
}

function about(title: string) {
  return { kind: "step", step: title, title } as const;
}

/** The transfers of one step, added up. */
class Parts {
  readonly #title: string;
  readonly #context: Context;
  readonly #count: (part: TransferProgress) => void;
  readonly #parts = new Map<string, { readonly bytes: number; readonly size: number }>();
  #last: Promise<void> = Promise.resolve();
  #lastAt = 0;

  constructor(title: string, context: Context, count: (part: TransferProgress) => void) {
    this.#title = title;
    this.#context = context;
    this.#count = count;
  }

  readonly onProgress = (part: TransferProgress): void => {
    const { digest, state, bytes, size } = part;
    this.#count(part);
    this.#parts.set(digest, { bytes: state === "moving" ? bytes : size, size });
    if (Date.now() - this.#lastAt < EVERY_MS) return;
    this.#lastAt = Date.now();
    this.#last = this.#last.then(() => this.#report()).catch(() => undefined);
  };

  /** Resolves when everything was told. */
  told(): Promise<void> {
    return this.#last;
  }

  async #report(): Promise<void> {
    const parts = [...this.#parts.values()];
    await this.#context.report("finish", {
      kind: "progress",
      step: this.#title,
      title: this.#title,
      current: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      total: parts.reduce((sum, { size }) => sum + size, 0),
      unit: "bytes",
    });
  }
}
