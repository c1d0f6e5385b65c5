import { describe, expect, test } from "vitest";
import { typedKey } from "./key-name.ts";
import { actionOf, bindingsOf, KEYMAP } from "./keymap.ts";

const SCREENS = [
  "start",
  "installations",
  "installation",
  "operations",
  "operation",
  "log",
  "bundles",
  "bundle",
  "drivers",
  "driver",
  "daemon",
] as const;

describe("the keymap", () => {
  test.each(SCREENS)("of %s gives each key one meaning", (screen) => {
    const own = KEYMAP.filter(({ screens }) => screens?.includes(screen)).flatMap(
      ({ keys }) => keys,
    );

    expect(own.filter((key, index) => own.indexOf(key) !== index)).toEqual([]);
  });

  test.each(SCREENS)("of %s has a way out, help, and both arrows and letters", (screen) => {
    expect(actionOf("q", screen)).toBe("back");
    expect(actionOf("?", screen)).toBe("help");
    expect([actionOf("j", screen), actionOf("down", screen)]).toEqual(["down", "down"]);
    expect(actionOf("ctrl-c", screen)).toBe("quit");
  });

  test("prefers a screen's own key", () => {
    expect(actionOf("enter", "operation")).toBe("fold");
    expect(actionOf("enter", "drivers")).toBe("open");
    expect(bindingsOf("operation").filter(({ keys }) => keys.includes("f"))).toHaveLength(1);
  });
});

describe("keys that come in one piece", () => {
  test.each([
    ["5", { key: "5", text: "5" }],
    ["\t", { key: "tab", text: "" }],
    ["\r", { key: "enter", text: "" }],
    ["\u007f", { key: "backspace", text: "" }],
    ["\u0003", { key: "ctrl-c", text: "" }],
    [" ", { key: "space", text: " " }],
    ["字", { key: "字", text: "字" }],
  ])("%j", (character, expected) => {
    expect(typedKey(character)).toEqual(expected);
  });
});
