import { setTimeout as delay } from "node:timers/promises";
import type { Terminal, TerminalSpec } from "@gantry/driver-api";
import { type ExecApi, openTerminal as open } from "@gantry/engine-terminal";
import { CreatedExec, ExecAnswer } from "../engine/answers.ts";
import type { PodmanEngine } from "../engine/podman-engine.ts";
import { toDriverError } from "../errors.ts";
import type { Container } from "./container.ts";

const PAUSE_MS = 25;

/** Starts a program with a terminal in a container that runs. */
export function openTerminal(
  container: Container,
  spec: TerminalSpec,
  signal: AbortSignal,
): Promise<Terminal> {
  return open(execApi(container), spec, signal);
}

function execApi({ engine, name }: Container): ExecApi {
  return {
    // A shell has a use for every key.
    settings: { DetachKeys: "" },
    create: async (body, signal) => {
      const path = `/containers/${name}/exec`;
      return (await engine.json({ method: "POST", path, body, signal }, CreatedExec)).Id;
    },
    attach: (id, { columns: w, rows: h }) => {
      const { signal } = new AbortController();
      const body = { Detach: false, Tty: true, h, w };
      return engine.upgrade({ path: `/exec/${id}/start`, body, signal });
    },
    resize: async (id, { columns: w, rows: h }, signal) => {
      await engine.text({ method: "POST", path: `/exec/${id}/resize`, query: { h, w }, signal });
    },
    exitCode: (id, signal) => exitCode(engine, id, signal),
    run: async (id, signal) => {
      const body = { Detach: false };
      await engine.text({ method: "POST", path: `/exec/${id}/start`, body, signal });
    },
    toError: toDriverError,
  };
}

async function exitCode(engine: PodmanEngine, id: string, signal: AbortSignal): Promise<number> {
  const call = { method: "GET", path: `/exec/${id}/json`, signal } as const;
  for (;;) {
    const { Running, ExitCode } = await engine.json(call, ExecAnswer);
    if (!Running) return ExitCode;
    // Between the end of a program and the note of it there is a moment.
    await delay(PAUSE_MS, undefined, { signal });
  }
}
