import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const APPS = join(import.meta.dirname, "../..");
const root = mkdtempSync(join(tmpdir(), "gantry-build-"));
const daemonProgram = join(root, "apps/daemon/bundle/gantryd.js");

beforeAll(() => {
  symlinkSync(join(APPS, "../node_modules"), join(root, "node_modules"));
  for (const app of ["cli", "daemon"]) {
    for (const part of ["bundle", "package.json"])
      cpSync(join(APPS, app, part), join(root, "apps", app, part), { recursive: true });
  }
});

afterAll(() => {
  gantry("daemon", "stop", "--force");
  rmSync(root, { recursive: true, force: true });
});

function gantry(...words: readonly string[]) {
  const program = join(root, "apps/cli/bundle/gantry.js");
  const env = { PATH: process.env["PATH"] ?? "", HOME: root, GANTRY_HOME: join(root, "home") };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function daemonPid(): number {
  return Number(
    (JSON.parse(gantry("daemon", "status", "-o", "json").stdout) as { pid: number }).pid,
  );
}

test("a daemon whose program was built anew makes way for one that runs the new build", () => {
  expect(gantry("list", "-o", "json")).toMatchObject({ status: 0, stdout: "[]\n" });
  const before = daemonPid();
  expect(gantry("list")).toMatchObject({ status: 0 });
  expect(daemonPid()).toBe(before);

  utimesSync(daemonProgram, new Date(), new Date());
  const answer = gantry("list", "-o", "json");

  expect(answer).toEqual({ status: 0, stdout: "[]\n", stderr: "" });
  expect(daemonPid()).not.toBe(before);
  expect(gantry("list")).toMatchObject({ status: 0 });
});
