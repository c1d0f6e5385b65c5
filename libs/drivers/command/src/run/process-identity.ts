import { readFile } from "node:fs/promises";
import { runCommand } from "@gantry/process";

/** A process that can be told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the system's own words; empty when it had ended before anybody looked. */
  readonly startedAt: string;
}

export async function identify(pid: number): Promise<ProcessIdentity> {
  return { pid, startedAt: (await startOf(pid)) ?? "" };
}

/** Whether that very process still runs. */
export async function isAlive({ pid, startedAt }: ProcessIdentity): Promise<boolean> {
  return startedAt !== "" && (await startOf(pid)) === startedAt;
}

/** Signals the whole process group that the process leads. One that has ended is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return startOfAnywhere(pid);
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in brackets and may hold spaces and brackets itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return text === "" || fields[0] === "Z" ? undefined : fields[19];
}

async function startOfAnywhere(pid: number): Promise<string | undefined> {
  const { stdout } = await runCommand("ps", ["-o", "lstart=", "-p", String(pid)], {
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
  });
  const text = stdout.toString("utf8").trim();
  return text === "" ? undefined : text;
}
