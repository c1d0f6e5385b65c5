import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Screen } from "./testing/screen.ts";
import { shopHome } from "./testing/ui-homes.ts";

const shop = shopHome();
const NAMES = Array.from({ length: 3 }, (_, index) => `app-${index}`);

beforeAll(() => {
  for (const name of NAMES) shop.run("install", name, "--cred", "api-key=value:x");
}, 240_000);
afterAll(() => shop[Symbol.dispose]());

const ON = ["\u001b[?1000h", "\u001b[?1006h"];
const OFF = ["\u001b[?1006l", "\u001b[?1000l"];

/** As a terminal reports the mouse in SGR mode: pressed and let go; rows and columns count from 1. */
function click(screen: Screen, text: string): void {
  const row = screen.rows.findIndex((one) => one.includes(text));
  if (row < 0) throw new TypeError(`There is no ${text} to click on.`);
  const column = screen.rows[row]?.indexOf(text) ?? 0;
  const at = `${column + 1};${row + 1}`;
  screen.type(`\u001b[<0;${at}M\u001b[<0;${at}m`);
}

const wheel = (screen: Screen, button: 64 | 65): void => screen.type(`\u001b[<${button};10;10M`);

function expectOff(screen: Screen): void {
  for (const [index, on] of ON.entries())
    expect(screen.sent.lastIndexOf(OFF[index] ?? "")).toBeGreaterThan(screen.sent.lastIndexOf(on));
}

describe("the mouse", () => {
  test("chooses a row, opens the chosen one, and does what a hint says", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.press("2");
    await screen.shows("› app-0");

    click(screen, "app-2");
    await screen.shows("› app-2");
    click(screen, "app-2");
    await screen.shows("gantry › Installations › app-2");
    click(screen, "back");
    await screen.shows("› app-2");
    await screen.lacks("gantry › Installations › app-2");
    click(screen, "help");
    await screen.shows("EVERYWHERE");
    expect(screen.text).not.toContain("[<");
  }, 120_000);

  test("scrolls with the wheel, there and back, and no report is taken for typing", async () => {
    using screen = new Screen(shop, ["ui"], { columns: 40, rows: 12 });
    await screen.press("2");
    await screen.shows("› app-0");

    for (let turns = 0; turns < 3; turns += 1) wheel(screen, 65);
    await screen.shows("› app-2");
    wheel(screen, 64);
    await screen.shows("› app-0");
    await screen.press("/");
    screen.type("\u001b[<35;12;5M");
    click(screen, "app-1");
    await screen.press("1");
    await screen.shows(/^ \/1\s*$/mu);
    await screen.shows("› app-1");
    expect(screen.wrapped).toBe(0);
  }, 120_000);

  test.each([
    ["q", 0],
    ["SIGTERM", 143],
    ["a defect", 70],
  ])(
    "is let go of when %s ends the program",
    async (way, exitCode) => {
      const plant = "data:text/javascript,process.on('SIGUSR2',()=>{throw(Error('planted'))})";
      using screen = new Screen(shop, ["ui"], { env: { NODE_OPTIONS: `--import=${plant}` } });
      await screen.shows("WHAT TO DO NEXT");
      for (const sequence of ON) expect(screen.sent).toContain(sequence);

      if (way === "q") screen.type("q");
      else screen.kill(way === "SIGTERM" ? way : "SIGUSR2");

      expect(await screen.exited).toBe(exitCode);
      expectOff(screen);
      expect(screen.isFull).toBe(false);
    },
    120_000,
  );

  test("is a shell's own while that has the terminal", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.press("2");
    await screen.shows("› app-0");

    screen.type("S");
    await screen.shows("Press a key to go back.");
    expectOff(screen);
    screen.type("x");
    await screen.shows("› app-0");
    expect(screen.sent.lastIndexOf(ON[0] ?? "")).toBeGreaterThan(
      screen.sent.lastIndexOf(OFF[1] ?? ""),
    );
    click(screen, "app-1");
    await screen.shows("› app-1");
  }, 120_000);
});
