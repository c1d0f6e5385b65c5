import type { ExecApi } from "./exec-api.ts";

/** Names the terminal in the environment of everything that runs on it: an engine itself ends none of it. */
const MARK = "GANTRY_TERMINAL";

/** Ends what carries the mark `$1`: asked first, killed half a second later. */
const SCRIPT = `each() {
  for dir in /proc/[0-9]*; do
    case "$(cat "$dir/environ" 2>/dev/null)" in *${MARK}=$1*) kill "-$2" "\${dir#/proc/}" 2>/dev/null;; esac
  done
}
each "$1" HUP; sleep 0.5 2>/dev/null || sleep 1; each "$1" KILL`;

const HANG_UP_MS = 10_000;

/** The environment variable by which `hangUp` finds what runs on a terminal. */
export function markOf(terminal: string): string {
  return `${MARK}=${terminal}`;
}

/** Ends everything that runs on a terminal. Rejects when the container is gone, or has no shell. */
export async function hangUp(exec: ExecApi, terminal: string): Promise<void> {
  const signal = AbortSignal.timeout(HANG_UP_MS);
  const program = { Cmd: ["sh", "-c", SCRIPT, "sh", terminal], AttachStdout: true };
  await exec.run(await exec.create(program, signal), signal);
}
