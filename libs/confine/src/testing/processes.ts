import { readdir, readFile } from "node:fs/promises";

/** Pids of the machine's processes with `marker` among their arguments. */
export async function processesWith(marker: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return line.split("\0").includes(marker) ? [pid] : [];
    }),
  );
  return found.flat();
}
