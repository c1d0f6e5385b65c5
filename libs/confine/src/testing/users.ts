import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Somebody on whose behalf a daemon runs. */
export interface User {
  readonly title: string;
  readonly uid: number;
  /** What is put in front of a command so that it runs as this user. */
  readonly prefix: readonly string[];
}

const ORDINARY = 64_321;

/** Users that the tests can be: this one, and, when this is root, an ordinary one. */
export function users(): readonly User[] {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) return [{ title: "as an ordinary user", uid, prefix: [] }];
  const ids = [`--reuid=${ORDINARY}`, `--regid=${ORDINARY}`, "--clear-groups"];
  const ordinary = {
    title: "as an ordinary user",
    uid: ORDINARY,
    prefix: ["setpriv", ...ids],
  };
  const root = { title: "as root", uid, prefix: [] };
  const reason = whyNot(ordinary);
  if (reason === undefined) return [root, ordinary];
  process.stderr.write(`confine as an ordinary user: skipped: ${reason}\n`);
  return [root];
}

function whyNot({ prefix }: User): string | undefined {
  const script = "require('node:fs').readFileSync(process.argv[1])";
  const argv = [process.execPath, "-e", script, join(import.meta.dirname, "start.ts")];
  const [program, ...args] = [...prefix, ...argv];
  const probe = spawnSync(program ?? "", args, { cwd: "/" });
  return probe.status === 0 ? undefined : "another user cannot read this checkout";
}

/** Why nothing can be confined here, or `undefined`. */
export function whyNoConfinement(): string | undefined {
  if (process.platform !== "linux") return "this is no Linux";
  if (!existsSync("/usr/bin/perl")) return "there is no perl";
  return existsSync("/usr/bin/python3") ? undefined : "there is no python3 for the attacks";
}
