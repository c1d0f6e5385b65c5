import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Terminal } from "./testing/terminal.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const ARGS = ["--conditions=@gantry/source", MAIN];
const dir = mkdtempSync(join(tmpdir(), "gantry-shell-"));
const home = {
  bundle: join(dir, "demo"),
  env: { PATH: process.env["PATH"] ?? "", HOME: dir, GANTRY_HOME: join(dir, "home") },
  command: (...words: readonly string[]): readonly [string, string[]] => [
    process.execPath,
    [...ARGS, ...words],
  ],
};

function run(...words: readonly string[]) {
  const [program, args] = home.command(...words);
  return spawnSync(program, args, { cwd: home.bundle, env: home.env, encoding: "utf8" });
}

beforeAll(() => {
  mkdirSync(home.bundle);
  run("create");
  const base = "BASE=gantry.local/userland:latest";
  const { status, stderr } = run("install", "-d", "local", "--build-arg", base);
  if (status !== 0) throw new TypeError(`install failed: ${stderr}`);
}, 240_000);
afterAll(() => {
  run("daemon", "stop", "--force");
  rmSync(dir, { recursive: true, force: true });
});

test("a shell in an image is let go, found in the list, come back to, and ends with its code", async () => {
  const first = new Terminal(home, ["shell", "demo", "--image"], { columns: 90, rows: 20 });
  expect(await first.shows(/lets go/)).toBe(true);
  first.type("echo $((40+2)); stty size\r");
  expect(await first.shows(/42\r+\n20 90/)).toBe(true);
  first.type("\u0010\u0011");
  expect(await first.exited).toBe(0);

  const [, id = ""] = /--attach (\w+)/.exec(first.text) ?? [];
  expect(run("shell", "--list").stdout).toContain(id);
  const second = new Terminal(home, ["shell", "--attach", id], { columns: 60, rows: 15 });
  expect(await second.shows(/42/)).toBe(true);
  second.type("stty size; exit 9\r");

  expect(await second.exited).toBe(9);
  expect(second.text).toContain("15 60");
}, 60_000);

test("a shell without a terminal is a usage error", () => {
  const { status, stderr } = run("shell", "demo", "--image");

  expect(status).toBe(2);
  expect(stderr).toContain("needs a terminal");
});

test("a terminal that is not there is named", () => {
  const { status, stderr } = run("shell", "--close", "nosuch");

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(run("shell", "--list", "-o", "json").stdout).toMatch(/^\[/);
});
