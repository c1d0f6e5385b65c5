import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/** Removes a directory whose files may belong to other container owners. */
export type Remove = (paths: readonly string[]) => Promise<void>;

/** A directory of one step's own, named for the process that uses it so that another can tell when it is left over. */
export class Workspace implements AsyncDisposable {
  readonly path: string;
  readonly #remove: Remove;

  private constructor(path: string, remove: Remove) {
    this.path = path;
    this.#remove = remove;
  }

  static async create(parent: string, remove: Remove): Promise<Workspace> {
    const path = join(parent, `${process.pid}-${await startOf(process.pid)}-${randomUUID()}`);
    await mkdir(path, { recursive: true });
    return new Workspace(path, remove);
  }

  /** Makes an empty directory in it. */
  async directory(name: string): Promise<string> {
    const path = join(this.path, name);
    await mkdir(path, { mode: 0o755 });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeAll([this.path], this.#remove);
  }
}

/** Removes what processes that are gone left in `parent`. */
export async function sweepWorkspaces(parent: string, remove: Remove): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const states = await Promise.all(
    names.map(async (name) => ({ name, isLeft: await isLeftOver(name) })),
  );
  const left = states.filter((state) => state.isLeft).map((state) => join(parent, state.name));
  if (left.length > 0) await removeAll(left, remove);
}

async function removeAll(paths: readonly string[], remove: Remove): Promise<void> {
  try {
    for (const path of paths) await rm(path, { recursive: true, force: true });
  } catch {
    // Files of other owners: only a process that is root among them may remove them.
    await remove(paths);
  }
}

async function isLeftOver(name: string): Promise<boolean> {
  const [pid = "", start = ""] = name.split("-");
  return start === "" || (await startOf(Number(pid))) !== start;
}

/** When a process started, in the kernel's ticks; empty for none. Tells apart processes that had the same number. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
