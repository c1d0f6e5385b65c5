import type { Terminal, TerminalSpec } from "@gantry/driver-api";
import { type ExecApi, openTerminal as open } from "@gantry/engine-terminal";
import { CreatedAnswer, ExecAnswer } from "../answers.ts";
import type { DockerEngine } from "../docker-engine.ts";
import { isConflict, isGone, runOver, toDriverError } from "../errors.ts";

export interface DockerTerminalOptions {
  readonly engine: DockerEngine;
  readonly container: string;
  /** For messages. */
  readonly run: string;
}

/** Starts a program with a terminal in a container that runs. */
export async function openTerminal(
  options: DockerTerminalOptions,
  spec: TerminalSpec,
  signal: AbortSignal,
): Promise<Terminal> {
  const { run } = options;
  const doing = `opening a terminal in run ${run}`;
  const settings = { ConsoleSize: [spec.size.rows, spec.size.columns] };
  const toError: ExecApi["toError"] = (error, _, now) => toDriverError(error, doing, now);
  try {
    return await open({ settings, toError, ...execApi(options) }, spec, signal);
  } catch (error) {
    if (isGone(error) || isConflict(error)) throw runOver(run, error);
    throw toDriverError(error, doing, signal);
  }
}

function execApi({
  engine,
  container,
}: DockerTerminalOptions): Omit<ExecApi, "settings" | "toError"> {
  return {
    create: async (body, signal) => {
      const path = `/containers/${container}/exec`;
      return (await engine.json({ method: "POST", path, body, signal }, CreatedAnswer)).Id;
    },
    attach: (id) => {
      const { signal } = new AbortController();
      const body = { Detach: false, Tty: true };
      return engine.upgrade({ path: `/exec/${id}/start`, body, headers: {}, signal });
    },
    resize: (id, { columns: w, rows: h }, signal) =>
      engine.send({ method: "POST", path: `/exec/${id}/resize`, query: { h, w }, signal }),
    exitCode: async (id, signal) => {
      const request = { method: "GET", path: `/exec/${id}/json`, signal } as const;
      return (await engine.json(request, ExecAnswer)).ExitCode ?? 1;
    },
    run: (id, signal) => {
      const body = { Detach: false };
      return engine.send({ method: "POST", path: `/exec/${id}/start`, body, signal });
    },
  };
}
