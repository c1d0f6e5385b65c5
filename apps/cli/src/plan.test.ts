import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { GantryHome } from "./testing/gantry-home.ts";
import { Terminal } from "./testing/terminal.ts";

const ABLE = ["capabilities", "mounts", "network-default", "network-host", "observe", "recover"];

const home = new GantryHome(
  [{ print: "Hello from the bundle\n" }, { write: "porter-state", text: "" }],
  {
    runFeatures: ABLE,
  },
);

afterAll(() => home[Symbol.dispose]());

function json(...words: readonly string[]): unknown {
  const { code, stdout, stderr } = home.run(...words, "-o", "json");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe("gantry plan", () => {
  test("prints what an action would do, and does nothing", () => {
    const { code, stdout } = home.run("plan", "install", "--cap-add", "chown");

    expect(code).toBe(0);
    expect(stdout).toContain("Plan: install tried");
    expect(stdout).toMatch(/Capabilities CAP_CHOWN/);
    expect(stdout).not.toContain("hunter2");
    expect(json("list")).toEqual([]);
  });

  test("with -o json, and --plan without a terminal, runs nothing either", () => {
    expect(json("plan", "install")).toMatchObject({ schemaVersion: 1, action: "install" });
    expect(json("install", "--plan")).toMatchObject({ endpoint: { name: "fake" } });
    const { code, stdout } = home.run("install", "--plan");
    expect(code).toBe(0);
    expect(stdout).toContain("Plan: install tried");
    expect(json("list")).toEqual([]);
  });

  test.each([
    [["--cap-add", "all"], "--privileged"],
    [["--memory", "much"], "512m"],
    [["--cpus", "0"], "--cpus"],
    [["--pids-limit", "1.5"], "--pids-limit"],
  ])("refuses %j", (words, says) => {
    const { code, stderr } = home.run("plan", "install", ...words);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe("--plan on a terminal", () => {
  test("runs nothing without a yes", async () => {
    const terminal = new Terminal(home, ["install", "--plan"], { rows: 40 });

    expect(await terminal.shows(/Run this\? \[y\/N\]/)).toBe(true);
    terminal.type("\r");

    expect(await terminal.exited).toBe(130);
    expect(terminal.text).toContain("Nothing was run.");
    expect(json("list")).toEqual([]);
  });

  test("runs what was shown after a yes, and keeps what was granted", async () => {
    const words = ["install", "--plan", "--cap-add", "CHOWN", "--network", "host"];
    const terminal = new Terminal(home, words, { rows: 40 });

    expect(await terminal.shows(/Run this\? \[y\/N\]/)).toBe(true);
    terminal.type("y\r");

    expect(await terminal.exited).toBe(0);
    expect(terminal.text).toContain("Hello from the bundle");
    expect(json("grants", "list")).toMatchObject([
      { power: "capability", value: "CAP_CHOWN", asker: "operator" },
      { power: "network", value: "host" },
    ]);
    expect(home.run("show").stdout).toMatch(/Grants:\n.*\ncapability {3}CAP_CHOWN/);
  });

  test("asks nothing when the action would be refused", async () => {
    const terminal = new Terminal(home, ["install", "--plan"], { rows: 40 });

    expect(await terminal.exited).toBe(2);
    expect(terminal.text).toContain("installed already");
    expect(terminal.text).not.toContain("Run this?");
  });
});

describe("gantry grants revoke", () => {
  test("takes the flags that granted, or --all", () => {
    const capability = home.run("grants", "revoke", "tried", "--cap-add", "CHOWN");
    expect(capability.code).toBe(0);
    expect(json("grants", "list", "tried")).toMatchObject([{ power: "network", value: "host" }]);

    expect(home.run("grants", "revoke", "tried", "--cap-add", "CHOWN").code).toBe(1);
    expect(home.run("grants", "revoke", "tried").code).toBe(2);
    expect(json("grants", "revoke", "tried", "--all")).toEqual([]);
  });
});

describe("gantry config", () => {
  const file = join(home.dir, "home/config.yaml");

  test("finds, sets, gets and unsets", () => {
    expect(home.run("config", "path").stdout).toBe(`${file}\n`);
    expect(home.run("config", "set", "endpoints.box.driver", "docker").code).toBe(0);
    expect(home.run("config", "set", "endpoints.box.options.host", "tcp://box:2376").code).toBe(0);
    expect(home.run("config", "get", "endpoints.box.options.host").stdout).toBe("tcp://box:2376\n");
    expect(json("config", "get", "endpoints.box")).toMatchObject([
      { key: "endpoints.box.driver", value: "docker", from: "file" },
      { key: "endpoints.box.options.host" },
    ]);
    expect(home.run("config", "list").stdout).toContain(`${file}:`);
    expect(home.run("config", "unset", "endpoints.box").code).toBe(0);
    expect(readFileSync(file, "utf8")).not.toContain("box");
    expect(home.run("config", "get", "endpoints.box").code).toBe(2);
  });

  test("says when a variable wins over the file", () => {
    const env = { GANTRY_FAIL_OVER: "true" };

    expect(JSON.parse(home.run("config", "list", "-o", "json").stdout)).toContainEqual(
      expect.objectContaining({ key: "failOver", value: false, from: "default" }),
    );
    expect(JSON.parse(home.runWith(env, "config", "list", "-o", "json").stdout)).toContainEqual({
      key: "failOver",
      value: true,
      from: "environment",
      where: "GANTRY_FAIL_OVER",
    });
  });
});

test("gantry drivers options prints a driver's options", () => {
  const { code, stdout } = home.run("drivers", "options", "docker");

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Option +Type +Default +Description\n/);
  expect(stdout).toMatch(/^host +string +Address of the engine/m);
});
