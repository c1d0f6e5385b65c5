import { homedir, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Longest path that a Unix socket may have on every system. */
const LONGEST_SOCKET_PATH = 100;

/** The state directory: `GANTRY_HOME`, else `gantry` in the XDG data directory. Absolute. */
export function homeOf(env: Environment): string {
  if (env["GANTRY_HOME"]) return resolve(env["GANTRY_HOME"]);
  const data = env["XDG_DATA_HOME"] || join(env["HOME"] || homedir(), ".local", "share");
  return resolve(data, "gantry");
}

/** Where the daemon of `home` listens: in the home, or in a private directory of the user's when that path is too long. */
export function socketPathOf(home: string): string {
  const inside = join(home, "gantryd.sock");
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH) return inside;
  // Loaded only here, because a client that does not need it starts faster.
  const { createHash } = process.getBuiltinModule("node:crypto");
  const name = createHash("sha256").update(home).digest("hex").slice(0, 16);
  return join(tmpdir(), `gantry-${userInfo().uid}`, `${name}.sock`);
}
