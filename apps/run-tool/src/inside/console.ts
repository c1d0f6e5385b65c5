import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { MaskingStream, type Secrets } from "./secrets.ts";

/** What the run tool prints: everything goes through the mask. */
export class Console {
  readonly secrets: Secrets;
  readonly #out: Channel;
  readonly #error: Channel;

  constructor(stdout: Writable, stderr: Writable, secrets: Secrets) {
    this.secrets = secrets;
    this.#out = new Channel(stdout, secrets);
    this.#error = new Channel(stderr, secrets);
  }

  async print(line: string): Promise<void> {
    await this.#out.write(Buffer.from(`${line}\n`));
    await this.#out.flush();
  }

  async printError(line: string): Promise<void> {
    await this.#error.write(Buffer.from(`${line}\n`));
    await this.#error.flush();
  }

  /** Prints a stream to its end, no faster than it is taken; `tap` sees every piece unmasked. */
  async forward(
    stream: Readable,
    to: "stdout" | "stderr" | "nowhere",
    tap: (bytes: Buffer) => void | Promise<void>,
  ): Promise<void> {
    const channel = { stdout: this.#out, stderr: this.#error, nowhere: undefined }[to];
    for await (const chunk of stream) {
      const bytes: Buffer = chunk;
      await tap(bytes);
      await channel?.write(bytes);
    }
    await channel?.flush();
  }
}

class Channel {
  readonly #target: Writable;
  readonly #mask: MaskingStream;

  constructor(target: Writable, secrets: Secrets) {
    this.#target = target;
    this.#mask = new MaskingStream(secrets);
  }

  async write(bytes: Buffer): Promise<void> {
    await this.#put(this.#mask.push(bytes));
  }

  async flush(): Promise<void> {
    await this.#put(this.#mask.end());
  }

  async #put(bytes: Buffer): Promise<void> {
    if (bytes.length === 0 || this.#target.destroyed) return;
    if (!this.#target.write(bytes)) await once(this.#target, "drain");
  }
}
