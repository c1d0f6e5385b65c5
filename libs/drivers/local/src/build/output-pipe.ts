import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { ProcessError, runCommand } from "@gantry/process";
import { HOST_PATH } from "../sandbox/tools.ts";

/** Whoever the program runs as may open its own output again by the name /dev/stdout. */
const MODE = "622";

/**
 * A pipe for what a program prints. Node's own are sockets, which a program cannot open again as /dev/stdout, and
 * what is in them is thrown away when the program ends before anybody reads.
 */
export class OutputPipe implements Disposable {
  /** For reading, here. */
  readonly output: Socket;
  readonly #writer: number;
  #isOpen = true;

  private constructor(output: Socket, writer: number) {
    this.output = output;
    this.#writer = writer;
  }

  /** Makes a pipe; `path` must not exist. */
  static async create(path: string): Promise<OutputPipe> {
    const { exit, stderr } = await runCommand("mkfifo", ["-m", MODE, path], {
      env: { PATH: HOST_PATH },
    });
    if (exit.code !== 0) {
      throw new ProcessError("failed", `mkfifo failed: ${stderr.trim()}`, {
        hint: "Look at the state directory.",
      });
    }
    // A reader that does not wait for a writer, then a writer that finds its reader.
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const output = new Socket({ fd: reader, readable: true, writable: false });
    return new OutputPipe(output, openSync(path, constants.O_WRONLY));
  }

  /** The end for a program's `stdio`. */
  get writeFd(): number {
    return this.#writer;
  }

  /** Call once the program has the other end: the output then ends with the program. */
  handOver(): void {
    if (this.#isOpen) closeSync(this.#writer);
    this.#isOpen = false;
  }

  [Symbol.dispose](): void {
    this.handOver();
    this.output.destroy();
  }
}
