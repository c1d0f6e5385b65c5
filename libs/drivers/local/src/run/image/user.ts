import { userUnknown } from "../../errors.ts";
import type { SandboxUser } from "../../sandbox/spec.ts";

/** Whom the program of an image runs as, and where that user is at home. */
export interface ImageUser extends SandboxUser {
  readonly home: string;
}

/** Text of the image's own account files. */
export interface Accounts {
  readonly passwd: string;
  readonly group: string;
}

const NUMBER = /^\d+$/;

/** The ids of `USER user` by the image's own accounts. Throws `base-unusable` for a name that the image does not know. */
export function resolveUser(user: string, accounts: Accounts): ImageUser {
  const [name = "", group = ""] = user.split(":");
  const account = findAccount(name === "" ? "0" : name, accounts.passwd, user);
  const gid = group === "" ? account.gid : findGroup(group, accounts.group, user);
  const groups = group === "" ? groupsOf(account.name, accounts.group) : [];
  return {
    uid: account.uid,
    gid,
    groups: groups.filter((each) => each !== gid),
    home: account.home,
  };
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

function findAccount(wanted: string, passwd: string, user: string): Account {
  const isNumber = NUMBER.test(wanted);
  for (const [name = "", , uid = "", gid = "", , home = ""] of records(passwd)) {
    const isIt = isNumber ? uid === wanted : name === wanted;
    if (isIt && NUMBER.test(uid) && NUMBER.test(gid)) {
      return { name, uid: Number(uid), gid: Number(gid), home: home === "" ? "/" : home };
    }
  }
  if (isNumber)
    return { name: "", uid: Number(wanted), gid: 0, home: wanted === "0" ? "/root" : "/" };
  if (wanted === "root") return { name: "root", uid: 0, gid: 0, home: "/root" };
  throw userUnknown(user, "/etc/passwd");
}

function findGroup(wanted: string, text: string, user: string): number {
  if (NUMBER.test(wanted)) return Number(wanted);
  const found = records(text).find(([name]) => name === wanted)?.[2];
  if (found !== undefined && NUMBER.test(found)) return Number(found);
  throw userUnknown(user, "/etc/group");
}

function groupsOf(name: string, text: string): number[] {
  if (name === "") return [];
  return records(text).flatMap(([, , gid = "", members = ""]) =>
    members.split(",").includes(name) && NUMBER.test(gid) ? [Number(gid)] : [],
  );
}

function records(text: string): string[][] {
  return text.split("\n").map((line) => line.trimEnd().split(":"));
}
