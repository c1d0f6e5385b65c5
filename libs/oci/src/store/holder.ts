import { readFileSync, readlinkSync } from "node:fs";

/** Names one process so that another can tell, later, whether it still lives. Survives pid reuse. */
export interface Holder {
  readonly pid: number;
  /** Start time in clock ticks since boot; empty where /proc is absent. */
  readonly start: string;
  /** Boot and pid namespace; empty where /proc is absent. A pid means nothing outside of them. */
  readonly scope: string;
}

/** `alive`, `dead`, or `unknown` when the process lives in another pid namespace. */
export type HolderState = "alive" | "dead" | "unknown";

/** This process. */
export function selfHolder(): Holder {
  return { pid: process.pid, start: startOf(process.pid), scope: currentScope() };
}

/** One word without separators that file names and lock files carry. */
export function encodeHolder(holder: Holder): string {
  return `${holder.pid}-${holder.start}-${holder.scope}`;
}

/** Reads {@link encodeHolder}; `undefined` for anything else. */
export function decodeHolder(text: string): Holder | undefined {
  const match = /^(\d+)-(\d*)-([0-9a-f]*)$/.exec(text.trim());
  if (match === null) return undefined;
  return { pid: Number(match[1]), start: match[2] ?? "", scope: match[3] ?? "" };
}

/** Asks the kernel whether the process that `holder` names still runs. */
export function stateOf(holder: Holder): HolderState {
  const scope = currentScope();
  if ((holder.scope === "") !== (scope === "")) return "unknown";
  if (holder.scope.slice(0, BOOT) !== scope.slice(0, BOOT)) return "dead";
  if (holder.scope !== scope) return "unknown";
  if (!exists(holder.pid)) return "dead";
  return startOf(holder.pid) === holder.start ? "alive" : "dead";
}

const BOOT = 32;

function currentScope(): string {
  const boot = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const namespace = read(() => readlinkSync("/proc/self/ns/pid")).replaceAll(/\D/g, "");
  return boot.replaceAll(/[^0-9a-f]/g, "") + namespace;
}

function startOf(pid: number): string {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The second field may hold spaces and parentheses: count from the last one.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function read(get: () => string): string {
  try {
    return get();
  } catch {
    // No /proc on this system: every process then looks the same but for its pid.
    return "";
  }
}
