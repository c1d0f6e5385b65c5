import { text } from "node:stream/consumers";
import { extract } from "tar-stream";
import type { DockerEngine } from "../docker-engine.ts";
import { isGone, userUnknown } from "../errors.ts";

/** Numeric owner of what a container's program must be able to read. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

type ReadFile = (path: string) => Promise<string>;

const NUMBER = /^\d+$/u;
const MAX_ACCOUNTS_BYTES = 4 * 1024 * 1024;

/**
 * The ids that the engine gives to `USER user`: names are looked up in the image's own passwd and group files, a
 * missing group is the user's first one, else 0. Throws `base-unusable` for a name that the image does not know.
 */
export async function resolveUser(user: string, readFile: ReadFile): Promise<Owner> {
  const [name = "", group] = user.split(":");
  if (name === "" || user === "0" || user === "root:root") return { uid: 0, gid: 0 };
  if (NUMBER.test(name) && group !== undefined && NUMBER.test(group)) {
    return { uid: Number(name), gid: Number(group) };
  }
  const [account, gid] = await Promise.all([
    findAccount(name, user, readFile),
    group === undefined ? undefined : findGroup(group, user, readFile),
  ]);
  return { uid: account.uid, gid: gid ?? account.gid };
}

async function findAccount(name: string, user: string, readFile: ReadFile): Promise<Owner> {
  const records = parseRecords(await readFile("/etc/passwd"));
  const isNumber = NUMBER.test(name);
  const found = records.find(([login, , uid]) => (isNumber ? uid === name : login === name));
  if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) };
  if (isNumber) return { uid: Number(name), gid: 0 };
  throw userUnknown(user, "/etc/passwd");
}

async function findGroup(group: string, user: string, readFile: ReadFile): Promise<number> {
  if (NUMBER.test(group)) return Number(group);
  const found = parseRecords(await readFile("/etc/group")).find(([name]) => name === group);
  if (found === undefined) throw userUnknown(user, "/etc/group");
  return Number(found[2]);
}

function parseRecords(file: string): readonly (readonly string[])[] {
  return file.split("\n").map((line) => line.split(":"));
}

/** Reads a small text file of a container, started or not; empty when there is none. */
export async function readContainerFile(
  engine: DockerEngine,
  at: { readonly container: string; readonly path: string },
  signal: AbortSignal,
): Promise<string> {
  try {
    const path = `/containers/${at.container}/archive`;
    const tar = await engine.stream({ method: "GET", path, query: { path: at.path }, signal });
    tar.on("error", () => undefined);
    for await (const entry of tar.pipe(extract())) {
      const isSmallFile = entry.header.type === "file" && entry.header.size <= MAX_ACCOUNTS_BYTES;
      if (isSmallFile) return await text(entry);
      entry.resume();
    }
    return "";
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}
