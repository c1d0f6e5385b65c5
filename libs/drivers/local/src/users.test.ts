import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const NOBODY = 65_534;
const dir = mkdtempSync(join(tmpdir(), "gantry-users-"));
chmodSync(dir, 0o755);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Why nothing can be run as another user here. */
function whyNot(needed: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return "only root can become another user";
  const missing = needed.find((program) => !existsSync(program));
  if (missing !== undefined) return `there is no ${missing}`;
  const probe = asNobody([
    "-e",
    "require('node:fs').readFileSync(process.argv[1])",
    import.meta.filename,
  ]);
  return probe.status === 0 ? undefined : "another user cannot read this checkout";
}

const DROP = ["--reuid=65534", "--regid=65534", "--clear-groups"];

function asNobody(args: readonly string[]) {
  return run(["setpriv", ...DROP, process.execPath, ...args]);
}

function run([command = "", ...args]: readonly string[]) {
  return spawnSync(command, args, {
    encoding: "utf8",
    cwd: "/",
    env: { PATH: process.env["PATH"] },
    maxBuffer: 1 << 26,
  });
}

/** A home that nobody owns. */
function homeFor(name: string): string {
  const home = join(dir, name);
  mkdirSync(home);
  chownSync(home, NOBODY, NOBODY);
  return home;
}

/** Ids of the cases that did not pass, with their errors. */
function failures(output: string): string[] {
  const reports = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const passed = reports.filter(({ verdict }) => verdict === "passed").length;
  if (passed < 80) return [`only ${passed} cases passed`, output.slice(-2_000)];
  return reports
    .filter(({ verdict }) => verdict === "failed")
    .map(({ id, error }) => `${id}: ${error}`);
}

const verify = ["--conditions=@gantry/source", join(import.meta.dirname, "testing/verify.ts")];
const owners = ["--conditions=@gantry/source", join(import.meta.dirname, "testing/owners.ts")];

const single = whyNot([]);
if (single !== undefined)
  process.stderr.write(`local driver as a user with one id: skipped: ${single}\n`);

describe.skipIf(single !== undefined)("as a user with one id", () => {
  it("the driver passes the conformance suite", () => {
    const { stdout, stderr } = asNobody([...verify, homeFor("single")]);

    expect(failures(stdout + stderr)).toEqual([]);
  }, 180_000);

  it("a program has the id it expects, and says of every file that it is its own", () => {
    const { stdout, stderr } = asNobody([...owners, homeFor("single-owners")]);

    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      state: "degraded",
      id: "uid=4711 gid=4712",
      listed: ["4711 4712 closed", "4711 4712 open"],
      outputs: [
        ["closed", 4711, 4712, "hidden"],
        ["open", 4711, 4712, "seen"],
      ],
      left: [],
    });
  }, 60_000);
});

const subordinate = whyNot(["/usr/bin/newuidmap", "/etc/subuid", "/etc/subgid"]);
if (subordinate !== undefined)
  process.stderr.write(`local driver as a user with subordinate ids: skipped: ${subordinate}\n`);

/** Gives the user a range in a mount namespace, so that the machine's own files stay as they are. */
function withRange(args: readonly string[]) {
  const table = join(dir, "subid");
  writeFileSync(table, `nobody:200000:65536\n`, { mode: 0o644 });
  const script = 'mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid && exec "$@"';
  return run([
    "unshare",
    "--mount",
    "sh",
    "-c",
    script,
    table,
    "setpriv",
    ...DROP,
    process.execPath,
    ...args,
  ]);
}

describe.skipIf(subordinate !== undefined)("as a user with subordinate ids", () => {
  it("the driver passes the conformance suite", () => {
    const { stdout, stderr } = withRange([...verify, homeFor("range")]);

    expect(failures(stdout + stderr)).toEqual([]);
  }, 180_000);

  it("files keep their owners, are read although they are closed to us, and are removed", () => {
    const { stdout, stderr } = withRange([...owners, homeFor("range-owners")]);

    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      state: "ready",
      id: "uid=4711 gid=4712",
      listed: ["4711 4712 closed", "4711 4712 open"],
      outputs: [
        ["closed", 4711, 4712, "hidden"],
        ["open", 4711, 4712, "seen"],
      ],
      left: [],
    });
  }, 60_000);
});
