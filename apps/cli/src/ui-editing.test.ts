import { afterAll, describe, expect, test } from "vitest";
import { Screen } from "./testing/screen.ts";
import { shopHome } from "./testing/ui-homes.ts";

const shop = shopHome();

afterAll(() => shop[Symbol.dispose]());

const LEFT = "\u001b[D";
const ALT_B = "\u001bb";
const CTRL = { a: "\u0001", e: "\u0005", k: "\u000b", u: "\u0015", w: "\u0017" } as const;
const HOME = "\u001b[H";
const DELETE = "\u001b[3~";
const BACKSPACE = "\u007f";

function pasted(text: string): string {
  return `\u001b[200~${text}\u001b[201~`;
}

describe("what is typed", { timeout: 90_000 }, () => {
  test("into a form is edited as in a shell: by character, by word, from both ends", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows("A bundle is here");
    await screen.press("i");
    await screen.shows("[ Install ]");
    await screen.press("up", "up", "up", "up", "up", "up");

    await screen.press("my shop", LEFT, LEFT, LEFT, LEFT, BACKSPACE, "-");
    await screen.shows(/installation +my-shop$/m);
    await screen.press(CTRL.a, "the-", CTRL.e, "-2");
    await screen.shows(/installation +the-my-shop-2$/m);
    await screen.press(ALT_B, ALT_B, CTRL.k);
    await screen.shows(/installation +the-my-$/m);
    await screen.press(CTRL.u, "a e\u0301漢", LEFT, LEFT, DELETE);
    await screen.shows(/installation +a 漢$/m);
    await screen.press(CTRL.e, CTRL.w, HOME, "b");
    await screen.shows(/installation +ba$/m);
    expect(screen.text).toContain("$ gantry install 'ba ' --file");
  });

  test("a long value scrolls, and a paste of many lines is one value", async () => {
    using screen = new Screen(shop, ["ui"], { columns: 40, rows: 12 });
    await screen.shows("A bundle is");
    await screen.press("i");
    await screen.shows("api-key");
    await screen.press("up", "up", "up", "up", "up", "up");

    await screen.press(pasted("first\r\nsecond\tthird\u001b[31m and the end of it\n"));
    await screen.shows(/installation +…\S* ?the end of it$/m);
    await screen.press(HOME);
    await screen.shows(/installation +first second +…$/m);
    expect(screen.wrapped).toBe(0);
    expect(screen.sent).not.toContain("\u001b[31m");
  });

  test("into the search and the palette, too", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows(/drivers? (is|are) ready/);
    await screen.press("5", "/", "xake", HOME, DELETE, "f");
    await screen.shows(/^ \/fake/m);
    await screen.shows(/^› fake/m);
    await screen.press("escape", ":", pasted("ver fake\n"), CTRL.a, "dri", "enter");

    await screen.shows("gantry › fake");
    expect(screen.text).not.toContain(":driver");
  });

  test("a secret stays masked wherever its cursor is", async () => {
    using screen = new Screen(shop, ["ui"]);
    await screen.shows("A bundle is here");
    await screen.press("i");
    await screen.shows("[ Install ]");

    await screen.press(pasted("hunter2"), LEFT, LEFT, "xyz", HOME, "q");

    await screen.shows(/api-key +\*{11}$/m);
    expect(screen.sent).not.toMatch(/hunt|xyz/);
  });

  test.each([
    ["NO_COLOR", { NO_COLOR: "1" }, "\u001b[4mb"],
    ["colours", { COLORTERM: "truecolor" }, "48;2;122;176;240mb"],
  ])("with %s the cursor can be seen on the character it is on", async (_how, env, cell) => {
    using screen = new Screen(shop, ["ui"], { env });
    await screen.shows("A bundle is here");
    await screen.press("i");
    await screen.shows("[ Install ]");
    await screen.press("up", "up", "up", "up", "up", "up", "abc", LEFT, LEFT);

    expect(screen.sent).toContain(cell);
  });
});
