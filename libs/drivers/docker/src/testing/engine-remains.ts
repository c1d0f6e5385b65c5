import { readdir, readFile } from "node:fs/promises";

/** Ends what an engine with its files in `dir` leaves when it is killed: the keepers of its containers, and the programs in them. */
export async function endRemains(dir: string): Promise<void> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name)).map(Number);
  for (const pid of pids) if (await isOf(pid, dir)) end(pid);
}

/** A keeper has a path of the engine's among its arguments; a program in a container has its root there. */
async function isOf(pid: number, dir: string): Promise<boolean> {
  const read = (file: string): Promise<string> =>
    readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  if ((await read("cmdline")).includes(`${dir}/`)) return true;
  const mounts = (await read("mountinfo")).split("\n");
  return mounts.some((line) => line.split(" ")[4] === "/" && line.includes(`${dir}/`));
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
