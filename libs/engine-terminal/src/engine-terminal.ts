import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { Terminal, TerminalSize } from "@gantry/driver-api";
import type { RunOutcome } from "@gantry/reports";
import type { ExecApi } from "./exec-api.ts";
import { hangUp } from "./hang-up.ts";

interface Parts {
  readonly exec: ExecApi;
  /** What the engine calls the program. */
  readonly id: string;
  /** What the program's environment calls the terminal. */
  readonly name: string;
  readonly stream: Duplex;
}

/** A program with a terminal that an engine runs in a container. */
export class EngineTerminal implements Terminal {
  readonly #parts: Parts;
  readonly #closed: Promise<void>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#closed = new Promise((resolve) => parts.stream.once("close", resolve));
    parts.stream.on("error", () => undefined);
  }

  async *output(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { exec, stream } = this.#parts;
    const stop = (): void => void stream.destroy();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for await (const chunk of stream.iterator({ destroyOnReturn: false }))
        yield Buffer.from(chunk);
    } catch (error) {
      throw exec.toError(error, "reading a terminal", signal);
    } finally {
      signal.removeEventListener("abort", stop);
    }
    if (signal.aborted) throw exec.toError(signal.reason, "reading a terminal", signal);
    stream.end();
  }

  async write(data: Uint8Array, signal: AbortSignal): Promise<void> {
    const { stream } = this.#parts;
    if (!stream.writable) return;
    if (!stream.write(data)) await once(stream, "drain", { signal });
  }

  async resize(size: TerminalSize, signal: AbortSignal): Promise<void> {
    const { exec, id } = this.#parts;
    try {
      await exec.resize(id, size, signal);
    } catch (error) {
      throw exec.toError(error, "sizing a terminal", signal);
    }
  }

  async outcome(signal: AbortSignal): Promise<RunOutcome> {
    const { exec, id } = this.#parts;
    await this.#closed;
    try {
      const exitCode = (await exec.exitCode(id, signal)) & 0xff;
      return { kind: "exited", exitCode, outOfMemory: false };
    } catch (error) {
      throw exec.toError(error, "waiting for a terminal", signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exec, name, stream } = this.#parts;
    const hasEnded = stream.readableEnded;
    stream.destroy();
    // The container may be gone, or have no shell: what then still runs ends with the run.
    if (!hasEnded) await hangUp(exec, name).catch(() => undefined);
  }
}
