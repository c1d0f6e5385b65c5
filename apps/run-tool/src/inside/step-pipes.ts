import { closeSync, constants, openSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ProcessError, runCommand } from "@gantry/process";

const NAMES = ["stdout", "stderr"] as const;

/** One step's stdout and stderr: the ends that it writes, and ours. */
export interface OpenPipes {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** For the child, until `release`. */
  readonly write: readonly [stdout: number, stderr: number];
  /** To be called once the child has its copies, or will never have them. */
  release(): void;
}

/**
 * Real pipes for the steps. Node itself gives children sockets, and a script that writes to `/dev/stderr` cannot open
 * those. Pipes have to be made by `mkfifo`; an image without it gets Node's sockets.
 */
export class StepPipes implements AsyncDisposable {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async create(
    dir: string,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<StepPipes | undefined> {
    const pipes = new StepPipes(dir);
    try {
      await rm(dir, { recursive: true, force: true });
      await mkdir(dir, { recursive: true });
      const { exit } = await runCommand("mkfifo", NAMES, { cwd: dir, env });
      if (exit.code === 0) return pipes;
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
    }
    await pipes[Symbol.asyncDispose]();
    return undefined;
  }

  /** Both pipes, for one child. */
  open(): OpenPipes {
    const [out, error] = NAMES.map((name) => openPipe(join(this.#dir, name)));
    if (out === undefined || error === undefined) throw new TypeError("two pipes were asked for");
    return {
      stdout: out.reader,
      stderr: error.reader,
      write: [out.writeEnd, error.writeEnd],
      release: () => {
        closeSync(out.writeEnd);
        closeSync(error.writeEnd);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** The reading end goes first: without it, opening the writing end would wait. */
function openPipe(path: string): { readonly reader: Readable; readonly writeEnd: number } {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  return { reader: new Socket({ fd: readEnd, readable: true, writable: false }), writeEnd };
}
