import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Child } from "@gantry/process";
import type { WorkerReply, WorkerRequest, WorkerResult } from "./protocol.ts";

/** A request that could not be carried out. */
export class WorkerFault extends Error {
  override readonly name = "WorkerFault";
  readonly fault: Extract<WorkerReply, { ok: false }>["fault"];
  readonly hint: string;

  constructor(reply: Pick<Extract<WorkerReply, { ok: false }>, "fault" | "message" | "hint">) {
    super(reply.message);
    this.fault = reply.fault;
    this.hint = reply.hint;
  }
}

/** The words that start the process which does a build's file work. */
export function workerCommand(ids: "full" | "subordinate" | "single"): string[] {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(
    new URL(isSource ? "./build-worker.ts" : "./build-worker.js", import.meta.url),
  );
  return [
    process.execPath,
    ...(isSource ? ["--conditions=@gantry/source"] : []),
    entry,
    ...(ids === "single" ? ["--single-id"] : []),
  ];
}

/** That process, seen from the driver. Disposing it ends it. */
export class Worker implements AsyncDisposable {
  readonly #child: Child;
  readonly #replies: AsyncIterator<string>;
  readonly #said: Promise<string>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(child: Child) {
    this.#child = child;
    child.stdin.on("error", () => undefined);
    this.#replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#said = readTail(child.stderr);
  }

  get isRunning(): boolean {
    return this.#child.isRunning;
  }

  /** Carries out one request after the other. Throws `WorkerFault`. */
  send(request: WorkerRequest): Promise<WorkerResult> {
    const turn = this.#last.then(() => this.#exchange(request));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await this.#child.stop({ graceMs: 1_000 });
  }

  async #exchange(request: WorkerRequest): Promise<WorkerResult> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#replies.next();
    if (line.done === true) throw await this.#broken();
    // Written by our own program on the other end.
    const reply = JSON.parse(line.value) as WorkerReply;
    if (!reply.ok) throw new WorkerFault(reply);
    return reply;
  }

  async #broken(): Promise<WorkerFault> {
    const { code, signal } = await this.#child.exit;
    const message =
      `the process for file work ended (${signal ?? code}): ${await this.#said}`.trim();
    return new WorkerFault({
      fault: "defect",
      message,
      hint: "Start the build again; look for a lack of memory.",
    });
  }
}

async function readTail(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let tail = "";
  for await (const chunk of stream)
    tail = (tail + Buffer.from(chunk).toString("utf8")).slice(-2_000);
  return tail;
}
