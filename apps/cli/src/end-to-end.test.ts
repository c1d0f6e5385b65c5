import { afterAll, describe, expect, test } from "vitest";
import { GantryHome } from "./testing/gantry-home.ts";
import { Terminal } from "./testing/terminal.ts";

const CTRL_C = "\u0003";
const SHOW_CURSOR = "\u001b[?25h";
const HIDE_CURSOR = "\u001b[?25l";

const quick = new GantryHome([
  { print: "Hello from the bundle\n" },
  { print: "beware \u001b[31m\u0007of red\n", to: "stderr" },
  { write: "porter-state", text: "" },
]);
const slow = new GantryHome([
  { onTerm: { print: "stopping\n", exit: 3 } },
  { print: "working 漢字\n" },
  { sleepMs: 60_000 },
]);
const stubborn = new GantryHome([
  { onTerm: "ignore" },
  { print: "working\n" },
  { sleepMs: 60_000 },
]);

afterAll(() => {
  for (const home of [quick, slow, stubborn]) home[Symbol.dispose]();
});

describe("with pipes", () => {
  test("install prints what the bundle prints, each stream to its own, and nothing else on stdout", () => {
    const { code, stdout, stderr } = quick.run("install");

    expect(stderr).toContain("Running with fake");
    expect(stdout).toBe("Hello from the bundle\n");
    expect(stderr).toContain("beware of red\n");
    expect(stderr).not.toContain("\u001b");
    expect(code).toBe(0);
  });

  test.each([
    "install again --force",
    "build",
    "list",
    "show tried",
    "runs list tried",
    "logs tried",
    "outputs list -i tried",
    "drivers list",
    "drivers show fake",
    "drivers doctor fake",
    "daemon status",
    "audit",
    "upgrade",
    "invoke --action status",
    "version",
    "completion bash",
    "uninstall again --delete",
    "delete tried --force",
  ])("gantry %s -o json prints JSON alone on stdout", (line) => {
    const { code, stdout, stderr } = quick.run(...line.split(" "), "-o", "json");

    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(stdout).not.toContain("hunter2");
  });

  test("a failure of the daemon is one line of JSON on stderr, and its exit code", () => {
    const { code, stdout, stderr } = quick.run("show", "nobody", "-o", "json");

    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "not-found", exitCode: 1 } });
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });

  test("an unknown driver is exit code 2", () => {
    expect(quick.run("build", "-d", "nope").code).toBe(2);
  });
});

describe("on a terminal", () => {
  test("shows the step that runs, then what stays, and gives the cursor back", async () => {
    const terminal = new Terminal(quick, ["build", "--force"]);

    expect(await terminal.shows(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] RUN echo compiling/)).toBe(true);
    expect(await terminal.exited).toBe(0);
    expect(terminal.text).toContain("✓");
    expect(terminal.text.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(
      terminal.text.lastIndexOf(HIDE_CURSOR),
    );
  });

  test("has no colours with NO_COLOR", async () => {
    const terminal = new Terminal(quick, ["build", "--force"], { env: { NO_COLOR: "1" } });

    expect(await terminal.exited).toBe(0);
    // oxlint-disable-next-line no-control-regex -- a colour is a control sequence
    expect(terminal.text).not.toMatch(/\u001b\[\d+m/);
  });

  test.each([{ CI: "1" }, { TERM: "dumb" }])("has plain lines with %j", async (env) => {
    const terminal = new Terminal(quick, ["build", "--force"], { env });

    expect(await terminal.exited).toBe(0);
    expect(terminal.text).not.toContain(HIDE_CURSOR);
    expect(terminal.text).toContain("> RUN echo compiling");
  });

  test("survives 40 by 12 and a resize in the middle", async () => {
    const terminal = new Terminal(slow, ["install"], { columns: 40, rows: 12 });
    expect(await terminal.shows(/working 漢字/)).toBe(true);

    terminal.resize(20, 6);
    terminal.resize(100, 30);
    terminal.type(CTRL_C);

    expect(await terminal.shows(/Asked it to stop/)).toBe(true);
    expect(await terminal.exited).toBe(130);
    expect(terminal.text).toContain("stopping");
    expect(terminal.text.endsWith(SHOW_CURSOR) || terminal.text.includes(SHOW_CURSOR)).toBe(true);
  });

  test("a second Ctrl-C kills and lets go", async () => {
    const terminal = new Terminal(stubborn, ["install"]);
    expect(await terminal.shows(/working/)).toBe(true);

    terminal.type(CTRL_C);
    expect(await terminal.shows(/Asked it to stop/)).toBe(true);
    terminal.type(CTRL_C);

    expect(await terminal.exited).toBe(130);
    expect(terminal.text).toContain("let go");
    expect(terminal.text.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(
      terminal.text.lastIndexOf(HIDE_CURSOR),
    );
  });
});
