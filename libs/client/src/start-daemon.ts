import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, closeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@gantry/rpc";
import { DaemonError } from "./errors.ts";
import { tryConnect } from "./reach.ts";

/** How to start the daemon. */
export interface DaemonProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** The file that a new build replaces; absent: no build is told from another. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Milliseconds for a new daemon to listen. */
const START_MS = 15_000;

/** Starts the daemon on its own, its output in `gantryd.log` of the home, and connects once it listens. */
export async function startDaemon(
  program: DaemonProgram,
  at: { readonly home: string; readonly socket: string },
  signal?: AbortSignal,
): Promise<Transport> {
  const log = join(at.home, "gantryd.log");
  const daemon = spawnDetached(program, at.home, log);
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    const transport = await tryConnect(at.socket, signal);
    if (transport !== undefined) return transport;
    if (daemon.ended()) break;
    await delay(10, undefined, signal === undefined ? {} : { signal });
  }
  // Another daemon may have won the race for this home.
  const transport = await tryConnect(at.socket, signal);
  if (transport !== undefined) return transport;
  throw new DaemonError("not-started", `The daemon did not start. It said: ${lastLines(log)}`, {
    hint: `Read ${log}, or start it by hand: ${[program.command, ...program.args].join(" ")}`,
  });
}

function spawnDetached(program: DaemonProgram, home: string, log: string): { ended(): boolean } {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const out = openSync(log, "a", 0o600);
  try {
    const child = spawn(program.command, program.args, {
      cwd: "/",
      env: { ...program.env },
      detached: true,
      stdio: ["ignore", out, out],
    });
    let hasEnded = false;
    child.on("exit", (code) => {
      hasEnded = code !== 0;
    });
    child.on("error", () => {
      hasEnded = true;
    });
    child.unref();
    return { ended: () => hasEnded };
  } finally {
    closeSync(out);
  }
}

function lastLines(log: string): string {
  try {
    return readFileSync(log, "utf8").trimEnd().split("\n").slice(-3).join(" | ") || "nothing";
  } catch {
    return "nothing";
  }
}
