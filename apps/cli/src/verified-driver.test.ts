import { spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");
/** Nobody's, for the time of this test. */
const ORDINARY = 64_322;
const dir = mkdtempSync(join(tmpdir(), "gantry-verified-"));
const isRoot = process.getuid?.() === 0;
const asOrdinary = isRoot
  ? ["setpriv", `--reuid=${ORDINARY}`, `--regid=${ORDINARY}`, "--clear-groups"]
  : [];
if (isRoot) chownSync(dir, ORDINARY, ORDINARY);

/** Runs the real program as an ordinary user, with a daemon of its own. */
function gantry(line: string): { code: number | null; text: string } {
  const program = [process.execPath, "--conditions=@gantry/source", MAIN, ...line.split(" ")];
  const [command = "", ...args] = [...asOrdinary, ...program];
  const env = { PATH: process.env["PATH"], HOME: dir, GANTRY_HOME: join(dir, "home") };
  const ran = spawnSync(command, args, { cwd: dir, env, encoding: "utf8" });
  return { code: ran.status, text: ran.stdout + ran.stderr };
}

const problem = whyNot();
if (problem !== undefined) process.stderr.write(`verifying as an ordinary user: ${problem}\n`);

function whyNot(): string | undefined {
  if (process.platform !== "linux") return "skipped: this is no Linux";
  if (spawnSync("jq", ["--version"]).status !== 0) return "skipped: there is no jq";
  return gantry("version").code === 0
    ? undefined
    : "skipped: another user cannot read this checkout";
}

afterAll(() => {
  gantry("daemon stop --force");
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

test.skipIf(problem !== undefined).each(["ts", "python", "sh"])(
  "a driver as created in %s passes the hostile host, confined, as an ordinary user",
  { timeout: 180_000 },
  (language) => {
    gantry(`drivers create my-${language} --lang ${language}`);

    const { code, text } = gantry(`drivers verify my-${language} --only host.`);

    expect(text).not.toMatch(/^✗/m);
    expect(text).toMatch(/^Started confined/m);
    expect([code, /(\d+) failed/.exec(text)?.[1]]).toEqual([0, "0"]);
  },
);

test.skipIf(problem !== undefined)(
  "the driver in Python runs images, confined, as an ordinary user",
  { timeout: 180_000 },
  () => {
    gantry("drivers create runs --lang python");

    const { text } = gantry("drivers verify runs --only run.f --base gantry.local/userland:latest");

    expect(text).toMatch(/^Started confined/m);
    expect(text).toMatch(/[1-9]\d* passed, 0 failed/);
  },
);
