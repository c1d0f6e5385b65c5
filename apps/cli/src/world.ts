import type { Readable, Writable } from "node:stream";

/** Where text goes to: a terminal, a pipe or a file. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How large a terminal is. One that does not know (a serial line, a pty that nobody has sized) counts as 80 by 24. */
export function terminalSize({ columns = 0, rows = 0 }: Partial<TerminalSize>): TerminalSize {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** Where what is typed comes from: a terminal, a pipe or a file. */
export type Input = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
};

/** Everything outside that a command may use. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The file that runs as `gantry`, links resolved: what belongs to it is found from there. */
  readonly entry: string;
  readonly version: string;
  /** Asks a question that is answered yes or no; absent where nobody sits at a terminal. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Hears of SIGINT and SIGTERM; the function it returns stops that. */
  onInterrupt(listener: () => void): () => void;
}
