import { readFileSync } from "node:fs";
import { resolveInRoot } from "./resolve.ts";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A name that the image's `/etc/passwd` or `/etc/group` does not have. */
export class UnknownOwnerError extends Error {
  override readonly name = "UnknownOwnerError";
}

/**
 * Reads `user[:group]`, names or numbers, by the files of the image at `root`. A number alone is user and group, a
 * name alone has its group from `/etc/passwd`. Throws `UnknownOwnerError`.
 */
export function readOwner(root: string, text: string): Owner {
  const [user = "", group] = text.split(":");
  const { uid, gid } = readUser(root, user === "" ? "0" : user);
  return { uid, gid: group === undefined || group === "" ? gid : readGroup(root, group) };
}

/** The groups that a user named in `text` belongs to beside its own; a number has none. */
export function readGroups(root: string, text: string): number[] {
  const [user = "", group] = text.split(":");
  if (group !== undefined || /^\d*$/.test(user)) return [];
  const listed = records(root, "/etc/group").filter((record) =>
    record[3]?.split(",").includes(user),
  );
  return listed.map((record) => Number(record[2]));
}

/** The home directory of a user; `/` for one that the image does not know. */
export function readHome(root: string, uid: number): string {
  const home = records(root, "/etc/passwd").find((record) => record[2] === String(uid))?.[5];
  if (home !== undefined && home !== "") return home;
  return uid === 0 ? "/root" : "/";
}

function readUser(root: string, user: string): Owner {
  if (/^\d+$/.test(user)) return { uid: Number(user), gid: Number(user) };
  const fields = records(root, "/etc/passwd").find((record) => record[0] === user);
  if (fields === undefined)
    throw new UnknownOwnerError(`The image has no user ${JSON.stringify(user)} in /etc/passwd`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

function readGroup(root: string, group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  const fields = records(root, "/etc/group").find((record) => record[0] === group);
  if (fields === undefined)
    throw new UnknownOwnerError(`The image has no group ${JSON.stringify(group)} in /etc/group`);
  return Number(fields[2]);
}

function records(root: string, path: string): string[][] {
  try {
    const text = readFileSync(resolveInRoot(root, path), "utf8");
    return text.split("\n").map((line) => line.split(":"));
  } catch (error) {
    // An image without the file knows numbers only.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
