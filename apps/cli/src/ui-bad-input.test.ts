import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { GantryHome } from "./testing/gantry-home.ts";
import { rawHome } from "./testing/raw-home.ts";
import { Screen } from "./testing/screen.ts";
import { shopHome } from "./testing/ui-homes.ts";

const WORDS = "\u05e9\u05dc\u05d5\u05dd \u0627\u0644\u0639\u0631\u0628\u064a\u0629";

/** Bytes as programs print them, and some that none should. */
const PIECES: readonly Buffer[] = [
  Buffer.from("begin\n"),
  Buffer.from([0x62, 0x61, 0x64, 0x20, 0xff, 0xfe, 0xc3, 0x28, 0x9b, 0x33, 0x31, 0x6d, 0x0a]),
  Buffer.from("\u001b]0;evil title\u0007\u001b]52;c;ZXZpbA==\u0007osc\n"),
  Buffer.from("\u001bPq#0;2;0;0;0\u001b\\dcs \u001b_apc\u001b\\ \u001b^pm\u001b\\\n"),
  Buffer.from("\u001b[2J\u001b[10;10H\u001b[31mcsi\u001b[?1049l \u001bc reset\n"),
  Buffer.from("c1 \u009b31mred \u009d0;title\u009c \u0090q\u009c done\n"),
  Buffer.from(`rtl \u202e\u2067${WORDS}\u202c\n`),
  Buffer.from(`${"漢字".repeat(60)}\n👩‍👩‍👧 e\u0301 \u{1f1e9}\u{1f1ea}\n`),
  Buffer.from("over\rwritten \u0000\b\b\u007f\ttab\n"),
  Buffer.from("\u001b[38;2;1;2;3"),
  Buffer.from("mcut in two\n"),
  Buffer.from("gr\u00fc").subarray(0, 3),
  Buffer.from("gr\u00fc").subarray(3),
  Buffer.from("n\n"),
  Buffer.from(`${"x".repeat(1_000_000)}\n`),
  Buffer.from("the end\n"),
];

const raw = rawHome(PIECES);
const shop = shopHome();

afterAll(() => {
  for (const home of [raw, shop]) home[Symbol.dispose]();
});

const EVIL =
  // oxlint-disable-next-line no-control-regex -- what programs printed must not come through
  /evil|\u001b\]52|\u001bP|\u001b\[31m|\u001b\[2J|\u001b\[10;10H|\u001bc|[\u0080-\u009f\u202e\u2067]/;

describe("what a program prints", { timeout: 120_000 }, () => {
  test.each([
    [80, 24],
    [40, 12],
  ])(
    "as bytes, at %i by %i, moves nothing, hides nothing and breaks no line",
    async (columns, rows) => {
      raw.run("install", `raw${columns}`, "--driver", "raw");
      using screen = new Screen(raw, ["ui"], { columns, rows });
      await screen.press("3");
      await screen.shows(`install raw${columns}`);
      await screen.press("enter");
      await screen.shows("the end");
      const sound = (): void => {
        expect(screen.wrapped).toBe(0);
        expect(screen.rows[0]).toMatch(/^ gantry/);
        expect(screen.rows[1]).toBe("─".repeat(columns));
        expect(screen.sent).not.toMatch(EVIL);
      };
      sound();
      await screen.press("/grün", "enter");
      await screen.shows("│ grün");
      sound();
      await screen.press("/", "\u0015bad", "enter");
      await screen.shows(/│ bad \ufffd\ufffd\ufffd\(\ufffd31m/);
      await screen.press("/", "\u0015", "enter", "g");
      await screen.shows("begin");
      for (const words of ["osc", "dcs", "csi", "c1 ", "rtl", "cut in two"]) {
        await screen.press("/", `\u0015${words}`, "enter");
        await screen.shows(`│ ${words}`);
        sound();
      }
      await screen.press("escape", "2", "enter", "o");
      await screen.shows("the end");
      sound();
    },
  );

  test("is read out as plain lines to a screen reader", async () => {
    raw.run("install", "spoken", "--driver", "raw");
    using screen = new Screen(raw, ["ui", "--screen-reader"], { columns: 200, rows: 60 });
    await screen.says("WHAT TO DO NEXT");
    await screen.press("3");
    await screen.says("install spoken");
    await screen.press("enter");

    await screen.says("the end");
    expect(screen.sent).not.toMatch(EVIL);
  });
});

describe("a daemon whose clock", { timeout: 120_000 }, () => {
  test.each([
    ["ahead", 3 * 86_400_000, /install skewed +✓ succeeded +now/],
    ["behind", -3 * 86_400_000, /install skewed +✓ succeeded +3d/],
  ])("is %s of ours: no age and no duration is negative", async (_where, byMs, age) => {
    startWithClock(shop, byMs);
    expect(shop.run("install", "skewed", "--cred", "api-key=value:x", "--force").code).toBe(0);
    using screen = new Screen(shop, ["ui"]);
    await screen.press("3");
    await screen.shows(age);
    for (const key of ["enter", "2", "enter", "4", "6", "1"]) {
      await screen.press(key);
      expect(screen.text).not.toMatch(/-\d+(\.\d)?[smhd]\b|NaN|Invalid/);
      expect(screen.wrapped).toBe(0);
    }
    shop.run("delete", "skewed", "--force");
  });
});

/** The daemon's clock goes wrong by that much; ours does not. */
function startWithClock(home: GantryHome, byMs: number): void {
  const clock = join(home.dir, "clock.mjs");
  writeFileSync(
    clock,
    `const Real = Date;
const now = () => Real.now() + ${byMs};
globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given));
  }
  static now() {
    return now();
  }
};
`,
  );
  home.run("daemon", "stop", "--force");
  const [program, [conditions = ""]] = home.command();
  const daemon = spawn(program, ["--import", clock, conditions, DAEMON], {
    env: home.env,
    detached: true,
    stdio: "ignore",
  });
  daemon.unref();
  while (home.run("daemon", "status").code !== 0) expect(daemon.exitCode).toBeNull();
}

const DAEMON = join(import.meta.dirname, "../../daemon/src/main.ts");

describe("a terminal that changes its size", { timeout: 90_000 }, () => {
  test("to one that is too small and back keeps the form, the question and what was typed", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows("A bundle is here");
    await screen.press("i");
    await screen.shows("[ Install ]");
    await screen.press("k3y", "\u001b[5~", "corner");
    screen.resize(20, 5);
    await screen.shows("Too small: 20x5.");
    expect(screen.wrapped).toBe(0);
    screen.resize(40, 12);
    await screen.shows(/installation +corner/);
    await screen.press("\u001b[6~", "enter");
    await screen.shows("Install shop?");
    screen.resize(29, 30);
    await screen.shows("Too small: 29x30.");
    screen.resize(120, 40);

    await screen.shows("api-key = ******");
    expect(screen.wrapped).toBe(0);
    expect(screen.rows[1]).toBe("─".repeat(120));
  });
});
