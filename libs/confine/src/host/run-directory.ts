import { mkdir, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TempDir } from "@gantry/process";

/** Which process made something, so that another one can see that it is gone. */
export function ownPrefix(): string {
  return `gantry-${process.pid}-`;
}

/** Directory of what is made for one start; in the daemon's home where one is known, which no driver sees. */
export async function openRunDirectory(home: string | undefined): Promise<TempDir> {
  if (home === undefined) return TempDir.create(ownPrefix(), await realpath(tmpdir()));
  const parent = join(home, "run");
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeLeftOver(parent);
  return TempDir.create(ownPrefix(), await realpath(parent));
}

/** What processes made that have ended without clearing away. */
async function removeLeftOver(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter(isLeftOver);
  const remove = (name: string) => rm(join(parent, name), { recursive: true, force: true });
  await Promise.all(names.map(remove));
}

/** Whether the process that made something of that name is gone. */
export function isLeftOver(name: string): boolean {
  const pid = /^gantry-(\d+)-/.exec(name)?.[1];
  return pid !== undefined && !isAlive(Number(pid));
}

/** Whether there is such a process; one of another user's counts. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
