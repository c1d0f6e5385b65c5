import { createRequire } from "node:module";
import type { GantryHome } from "./gantry-home.ts";

/** What is used of node-pty, whose own types are declared under another package's name. */
export interface Pty {
  readonly pid: number;
  onData(listener: (data: string) => void): void;
  onExit(listener: (exit: { exitCode: number }) => void): void;
  write(data: string): void;
  resize(columns: number, rows: number): void;
  kill(signal?: string): void;
}

interface PtyModule {
  spawn(program: string, args: string[], options: Readonly<Record<string, unknown>>): Pty;
}

const { spawn } = createRequire(import.meta.url)("node-pty") as PtyModule;

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a terminal needs of a home. */
export type TerminalHome = Pick<GantryHome, "bundle" | "command" | "env">;

/** Starts a command of the program in a terminal. */
export function spawnPty(
  home: TerminalHome,
  words: readonly string[],
  { columns = 80, rows = 24, env = {} }: TerminalOptions,
): Pty {
  const [program, args] = home.command(...words);
  return spawn(program, args, {
    name: env["TERM"] ?? "xterm-256color",
    cols: columns,
    rows,
    cwd: home.bundle,
    env: { ...home.env, TERM: "xterm-256color", ...env },
  });
}
