import type { Duplex } from "node:stream";
import type { TerminalSize } from "@gantry/driver-api";

/** How an engine runs programs in one of its running containers. An `id` is what the engine calls such a program. */
export interface ExecApi {
  /** What the engine is to be told of a program with a terminal, beside what every engine is. */
  readonly settings: object;

  /** Has the engine accept a program, described in the words that the engines share, and gives its id. */
  create(program: object, signal: AbortSignal): Promise<string>;

  /** Starts a program with a terminal of that size. What comes back carries the terminal, and closes when it ends. */
  attach(id: string, size: TerminalSize): Promise<Duplex>;

  /** Gives the terminal of a program another size. Rejects while the program has not been started yet. */
  resize(id: string, size: TerminalSize, signal: AbortSignal): Promise<void>;

  /** The exit code of a program whose terminal has closed, as the engine gives it. */
  exitCode(id: string, signal: AbortSignal): Promise<number>;

  /** Starts a program without a terminal and returns when it has ended. */
  run(id: string, signal: AbortSignal): Promise<void>;

  /** What the driver throws for any failure while `doing`, such as `sizing a terminal`. */
  toError(error: unknown, doing: string, signal: AbortSignal): Error;
}
