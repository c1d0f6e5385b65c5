import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Screen } from "./testing/screen.ts";
import { LocalHome } from "./testing/ui-homes.ts";

const home = new LocalHome();

beforeAll(() => {
  const base = "BASE=gantry.local/userland:latest";
  const [program, args] = home.command("install", "-d", "local", "--build-arg", base);
  const { status, stderr } = spawnSync(program, args, {
    cwd: home.bundle,
    env: home.env,
    encoding: "utf8",
  });
  if (status !== 0) throw new TypeError(`install failed: ${stderr}`);
}, 240_000);
afterAll(() => home[Symbol.dispose]());

const RED = 1;
const DETACH = "\u0010\u0011";

test("two shells are open at once: each is let go and come back to, at the size of now, in its colours", async () => {
  using screen = new Screen(home, ["ui"]);
  await screen.press("2");
  await screen.shows(/› hello +● installed/);

  // The first: in the image of the installation.
  await screen.press("S");
  await screen.shows("In the image of hello on local; Ctrl-P Ctrl-Q lets go.");
  screen.type("mine=first; printf '\\033[31m%s\\033[0m\\n' is-red\r");
  await screen.shows(/^is-red$/m);
  expect(screen.colourOf("is-red", "last")).toBe(RED);
  screen.type(DETACH);
  await screen.shows("gantry › Installations");
  await screen.shows("What goes on in a terminal is under 7.");

  // The second: in the image of the bundle, before it is run.
  await screen.press("4");
  await screen.shows(/› hello +0\./);
  await screen.press("S");
  await screen.shows("In the image of bundle hello on local; Ctrl-P Ctrl-Q lets go.");
  screen.type("mine=second; echo $((6*7)) of $mine\r");
  await screen.shows("42 of second");
  expect(screen.text).not.toContain("is-red");
  screen.type(DETACH);

  await screen.shows("gantry › Bundles");
  await screen.press("7");
  await screen.shows(/› hello +○ let go +its image/);
  await screen.shows(/ hello +○ let go +built image/);
  await screen.shows(/\$ gantry shell --attach \w+/);

  // Back to the first, on a terminal that is another size by then.
  await screen.press("enter");
  await screen.shows(/^is-red$/m);
  expect(screen.colourOf("is-red", "last")).toBe(RED);
  screen.resize(100, 30);
  screen.type(
    'until [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; echo it is $mine at $(stty size)\r',
  );
  await screen.shows("it is first at 30 100");
  screen.type(DETACH);
  await screen.shows("gantry › Terminals");
  expect(screen.rows[1]).toBe("─".repeat(100));

  // And to the second, which ends with a code of its own.
  await screen.press("j", "enter");
  await screen.shows("42 of second");
  screen.type(
    'until [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; echo it is $mine at $(stty size)\r',
  );
  await screen.shows("it is second at 30 100");
  screen.type("exit 0\r");
  await screen.shows("gantry › Terminals");
  await screen.shows(/› hello +[^ ] ended 0 +built image/);
  await screen.shows(/ hello +○ let go +its image/);

  // The first goes on until it is hung up.
  await screen.press("k", "x");
  await screen.shows("Hang up the terminal in hello?");
  await screen.shows(/\$ gantry shell --close \w+/);
  await screen.press("enter");
  await screen.shows("Hung up.");
  await screen.lacks("○ let go");
  await screen.press("q", "q");
  expect(await screen.exited).toBe(0);
  expect(screen.isFull).toBe(false);
}, 120_000);
