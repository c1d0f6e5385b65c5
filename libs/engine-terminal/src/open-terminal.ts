import { setTimeout as delay } from "node:timers/promises";
import type { Terminal, TerminalSize, TerminalSpec } from "@gantry/driver-api";
import { EngineTerminal } from "./engine-terminal.ts";
import type { ExecApi } from "./exec-api.ts";
import { markOf } from "./hang-up.ts";

const SIZE_ATTEMPTS = 40;
const SIZE_PAUSE_MS = 25;

/** Starts a program with a terminal in the container of `exec`. Rejects with what `exec` does, untranslated. */
export async function openTerminal(
  exec: ExecApi,
  spec: TerminalSpec,
  signal: AbortSignal,
): Promise<Terminal> {
  const id = await exec.create({ ...programOf(spec), ...exec.settings }, signal);
  const stream = await exec.attach(id, spec.size);
  const terminal = new EngineTerminal({ exec, id, name: spec.id, stream });
  await firstSize(terminal, spec.size, signal);
  return terminal;
}

function programOf({ id, command, environment }: TerminalSpec): object {
  const given = environment.map(({ name, value }) => `${name}=${value}`);
  return {
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
    Cmd: [...command],
    Env: ["TERM=xterm-256color", ...given, markOf(id)],
  };
}

/** An engine takes no size for a program that it has accepted and not started yet. */
async function firstSize(
  terminal: Terminal,
  size: TerminalSize,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; attempt < SIZE_ATTEMPTS; attempt += 1) {
    const isDone = await terminal.resize(size, signal).then(
      () => true,
      () => false,
    );
    if (isDone) return;
    await delay(SIZE_PAUSE_MS, undefined, { signal });
  }
}
