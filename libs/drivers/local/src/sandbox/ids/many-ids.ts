import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { HOST_PATH } from "../tools.ts";
import { parseSubordinates } from "./subordinate.ts";

/** Whether sandboxes of this user have more ids than one, as far as files tell. */
export function hasManyIds(): boolean {
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0) return true;
  const tools = ["newuidmap", "newgidmap"];
  const dirs = HOST_PATH.split(":");
  const areThere = tools.every((tool) => dirs.some((dir) => existsSync(join(dir, tool))));
  return areThere && ["/etc/subuid", "/etc/subgid"].every((file) => grants(file, uid));
}

function grants(file: string, uid: number): boolean {
  try {
    const names = [String(uid), userInfo().username];
    return parseSubordinates(readFileSync(file, "utf8"), names).length > 0;
  } catch {
    // No such file, or a user without a name.
    return false;
  }
}
