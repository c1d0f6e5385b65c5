import { afterAll, describe, expect, test } from "vitest";
import { Screen } from "./testing/screen.ts";
import { LocalHome, nastyHome, shopHome, SLOW_LINES, slowHome } from "./testing/ui-homes.ts";

const shop = shopHome();
const slow = slowHome();
const nasty = nastyHome();

afterAll(() => {
  for (const home of [shop, slow, nasty]) home[Symbol.dispose]();
});

const SHOW_CURSOR = "\u001b[?25h";
const MOUSE_OFF = "\u001b[?1006l";
const LEAVE_ALTERNATE = "\u001b[?1049l";

function expectRestored(screen: Screen): void {
  expect(screen.isFull).toBe(false);
  for (const sequence of [SHOW_CURSOR, MOUSE_OFF, LEAVE_ALTERNATE]) {
    expect(screen.sent.lastIndexOf(sequence)).toBeGreaterThan(screen.sent.lastIndexOf("gantry"));
  }
}

describe("coming and going", () => {
  test("the start page tells what to do, q goes back and leaves, and the terminal is as before", async () => {
    using screen = new Screen(shop, ["ui"]);

    await screen.shows("WHAT TO DO NEXT");
    await screen.shows(/drivers? (is|are) ready/);
    await screen.shows("A bundle is here");
    await screen.press("2");
    await screen.shows("gantry › Installations");
    await screen.press("q");
    await screen.lacks("gantry › Installations");
    await screen.press("q");

    expect(await screen.exited).toBe(0);
    expectRestored(screen);
  });

  test.each([
    ["Ctrl-C", 0],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])("%s leaves at once and restores the terminal", async (way, exitCode) => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows("WHAT TO DO NEXT");

    if (way === "Ctrl-C") screen.type("ctrlC");
    else screen.kill(way);

    expect(await screen.exited).toBe(exitCode);
    expectRestored(screen);
  });

  test("without a terminal it says so, exit code 2", () => {
    const { code, stderr } = shop.run("ui");

    expect(code).toBe(2);
    expect(stderr).toContain("gantry ui needs a terminal");
  });

  test("a terminal that is too small is told so, and made larger it shows everything", async () => {
    using screen = new Screen(shop, ["ui"], { columns: 24, rows: 6 });

    await screen.shows("Too small: 24x6.");
    screen.resize(80, 24);
    await screen.shows("WHAT TO DO NEXT");
    screen.type("q");

    expect(await screen.exited).toBe(0);
  });
});

describe("doing things", () => {
  test("installs by a form made from the bundle: types, choices, secrets, a summary, and the run live", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows("A bundle is here");

    await screen.press("i");
    await screen.shows("Install shop");
    // What has to be filled in takes the keys first; the rest is above it.
    await screen.press("up", "up", "up", "1", "2");
    await screen.shows("at most 9");
    await screen.press("\u007f\u007f", "4", "up", "\u001b[C", "down", "down", "down");
    await screen.shows("large");
    await screen.press("s3cret", "tab");
    await screen.shows("credential, secret");
    await screen.press("tab", "tab", "enter");
    await screen.shows("api-key has no valid value yet");
    await screen.press("k3y-value", "enter", "enter", "enter");
    await screen.shows("Install shop?");
    await screen.shows("replicas = 4");
    await screen.press("enter");

    await screen.shows("The shop is open.");
    await screen.shows("succeeded");
    expect(screen.sent).not.toMatch(/s3cret|k3y-value/);
    await screen.press("2");
    await screen.shows(/shop\s+● installed/);
    await screen.press("enter");
    await screen.shows(/replicas\s+4/);
    await screen.shows(/pin\s+\*{6}/);
    await screen.shows("$ gantry show shop");
  });

  test("upgrades, invokes, and deletes only when the name is typed", async () => {
    expect(shop.run("install", "gone", "--cred", "api-key=value:x").code).toBe(0);
    using screen = new Screen(shop, ["ui"]);
    await screen.press("2");
    await screen.shows("gone");
    await screen.press("enter");
    await screen.shows("gantry › Installations › gone");

    await screen.press("D");
    await screen.shows("Delete the record of gone?");
    await screen.press("g", "o", "enter");
    await screen.shows("to go on: go");
    await screen.press("ne", "enter");

    await screen.shows("Deleted gone.");
    await screen.lacks("gantry › Installations › gone");
    expect(shop.run("show", "gone").code).toBe(1);
  });

  test("y copies the command through the terminal", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows("WHAT TO DO NEXT");

    await screen.press("5", "y");

    await screen.shows("Copied the command.");
    const copied = Buffer.from("gantry drivers list").toString("base64");
    expect(screen.sent).toContain(`\u001b]52;c;${copied}\u0007`);
  });

  test("the palette completes, and the help lists the keys of the screen", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows("WHAT TO DO NEXT");

    await screen.press(":", "driver f", "tab");
    await screen.shows(":driver fake");
    await screen.press("enter");
    await screen.shows("gantry › fake");
    await screen.press("?");
    await screen.shows("EVERYWHERE");
    expect(screen.text).toContain("Copy the command that does the same");
  });
});

describe("following", () => {
  test("a daemon that is killed is started again, and no line is lost or shown twice", async () => {
    using screen = new Screen(slow, ["ui"], { columns: 80, rows: SLOW_LINES + 14 });
    await screen.shows("A bundle is here");
    await screen.press("i");
    await screen.shows("[ Install ]");
    await screen.press("tab", "tab", "tab", "enter");
    await screen.shows("Install tried?");
    await screen.press("enter");
    await screen.shows("line 5.");

    process.kill(slow.daemonPid, "SIGKILL");

    await screen.shows("succeeded");
    const lines = screen.rows.flatMap((row) => /line (\d+)\./.exec(row)?.[1] ?? []);
    expect(lines).toEqual(Array.from({ length: SLOW_LINES }, (_, index) => String(index + 1)));
  });

  test("a daemon that is away is shown as that, and comes back when asked", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows(/drivers? (is|are) ready/);

    shop.run("daemon", "stop", "--force");
    await screen.shows("away, as of");
    await screen.press("a");

    await screen.shows("● default");
    expect(screen.text).not.toContain("away");
  });

  test("a past operation is replayed at any speed", async () => {
    expect(slow.run("install", "played").code).toBe(0);
    using screen = new Screen(slow, ["ui"]);
    await screen.press("3");
    await screen.shows("install played");

    screen.type("R");
    await screen.shows("replay 1x");
    screen.type("-", "-");
    await screen.shows("replay 0.25x");
    // What is replayed is over.
    expect(screen.text).not.toContain("c cancel");
    screen.type("p");
    await screen.shows("paused");
    screen.type("+", "+", "+", "p");
    await screen.shows("replay 2x");
    screen.type("+", "+", "+", "+", "+", "+");

    await screen.shows("succeeded");
  });
});

describe("several daemons", () => {
  test("stand side by side, each with screens of its own, and one that is away is marked", async () => {
    const other = `slow=${slow.env["GANTRY_HOME"]}`;
    using screen = new Screen(shop, ["ui", "--context", other], { columns: 100 });
    await screen.shows("● home  ○ slow");

    await screen.press("5", "tab");
    await screen.shows("○ home  ● slow");
    await screen.shows("WHAT TO DO NEXT");
    await screen.press("tab");
    await screen.shows("gantry › Drivers");
    slow.run("daemon", "stop", "--force");

    await screen.shows("○ slow away");
    expect(screen.text).toContain("● home");
  });
});

describe("with the local driver", () => {
  test("builds and installs the example, for real", async () => {
    using home = new LocalHome();
    using screen = new Screen(home, ["ui"], { rows: 30 });
    await screen.shows(/drivers? (is|are) ready/);

    await screen.press("b");
    await screen.shows("[ Build ]");
    await screen.press("up", "BASE=gantry.local/userland:latest", "enter", "enter", "enter");
    await screen.shows(/✓ succeeded[^]*FROM/);
    await screen.press("q", "i");
    await screen.shows("[ Install ]");
    await screen.press("down", "down", "Ada", "down", "down", "enter");
    await screen.shows("Install hello?");
    await screen.press("enter");

    await screen.shows("Hello, Ada!");
    await screen.shows("✓ succeeded");
    expect(screen.wrapped).toBe(0);

    // A shell in its image has the terminal to itself, and what is typed there reaches the UI neither then nor later.
    await screen.press("2");
    await screen.shows("gantry › Installations");
    await screen.press("S");
    await screen.shows("lets go");
    screen.type("echo $((6*7))-$(id -u)\r");
    await screen.shows("42-65532");
    screen.type("exit 0\r");
    await screen.shows("gantry › Installations");
    await screen.press("q", "q");
    expect(await screen.exited).toBe(0);
  }, 120_000);
});

describe("what programs print", () => {
  test("moves nothing, hides nothing and breaks no line", async () => {
    nasty.run("install");
    for (const [columns, rows] of [
      [80, 24],
      [40, 12],
    ] as const) {
      using screen = new Screen(nasty, ["ui"], { columns, rows });
      await screen.press("3");
      await screen.shows("install tri");
      await screen.press("enter");
      await screen.shows("the end");

      expect(screen.wrapped).toBe(0);
      expect(screen.rows[1]).toBe("─".repeat(columns));
      // oxlint-disable-next-line no-control-regex -- what programs printed must not come through
      expect(screen.sent).not.toMatch(/\u001b\[31m|\u001b\[10;10H|\u001b\]0;|\u202e/);
    }
  });
});

describe("every screen", () => {
  test.each([
    [80, 24],
    [40, 12],
  ])("at %i by %i has its heading, its command and no broken line", async (columns, rows) => {
    shop.run("install", "tidy", "--cred", "api-key=value:x");
    using screen = new Screen(shop, ["ui"], { columns, rows });
    await screen.shows("WHAT TO DO");
    for (const key of [
      "2",
      "enter",
      "p",
      "3",
      "enter",
      "4",
      "enter",
      "w",
      "5",
      "enter",
      "6",
      "A",
      "7",
      "?",
      "escape",
      ":",
    ]) {
      await screen.press(key);
      expect(screen.wrapped).toBe(0);
      expect(screen.rows[0]).toMatch(/^ gantry/);
      expect(screen.rows[1]).toBe("─".repeat(columns));
    }
    await screen.press("escape");
    screen.resize(columns === 80 ? 40 : 100, columns === 80 ? 12 : 30);
    await screen.rests();
    expect(screen.rows[1]).toBe("─".repeat(columns === 80 ? 40 : 100));
    expect(screen.wrapped).toBe(0);
  });

  test("is drawn without clearing the screen, and at most 30 times a second", async () => {
    using screen = new Screen(slow, ["ui"]);
    await screen.shows("WHAT TO DO NEXT");
    await screen.rests();
    await screen.press("3");
    await screen.shows("install played");
    const before = screen.sent.length;
    const started = performance.now();
    screen.type("enter");
    await screen.shows("line 40.");
    screen.type("R");
    await screen.shows("line 9.");
    const seconds = (performance.now() - started) / 1000;

    const sent = screen.sent.slice(before);
    // oxlint-disable-next-line no-control-regex -- the sequences that clear a screen
    expect(sent).not.toMatch(/\u001b\[[0-3]?J/);
    const frames = sent.split("\u001b[?2026h").length - 1;
    expect(frames).toBeGreaterThan(0);
    expect(frames / seconds).toBeLessThanOrEqual(31);
  });
});

describe("themes", () => {
  test("NO_COLOR has no colours, and still shows the chosen row", async () => {
    using screen = new Screen(shop, ["ui"], { env: { NO_COLOR: "1" } });
    await screen.shows(/drivers? (is|are) ready/);

    // oxlint-disable-next-line no-control-regex -- a colour is a control sequence
    expect(screen.sent).not.toMatch(/\u001b\[[\d;]*(3[0-8]|4[0-8]|9\d)[;m]/);
    expect(screen.sent).toContain("\u001b[7m");
  });

  test("a screen reader gets plain lines that only grow", async () => {
    using screen = new Screen(shop, ["ui", "--screen-reader"]);
    await screen.says("WHAT TO DO NEXT");
    await screen.press("5");
    await screen.says("fake, ready");

    // oxlint-disable-next-line no-control-regex -- nothing moves the cursor up or clears
    expect(screen.sent).not.toMatch(/\u001b\[\d*[AJHK]|\u001b\[\?1049h/);
    await screen.press("q", "q");
    expect(await screen.exited).toBe(0);
  });
});
