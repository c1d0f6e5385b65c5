import { type FileHandle, open } from "node:fs/promises";

const CHUNK = 256 * 1024;

/** The log file of a container, read from any place while it grows. */
export class LogFile implements AsyncDisposable {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #position: number;

  constructor(path: string, position: number) {
    this.#path = path;
    this.#position = position;
  }

  /** What has been written since the last reading, in pieces. A file that is not there (yet) is empty. */
  async *fresh(): AsyncGenerator<Buffer> {
    this.#handle ??= await openIfThere(this.#path);
    if (this.#handle === undefined) return;
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, CHUNK, this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
