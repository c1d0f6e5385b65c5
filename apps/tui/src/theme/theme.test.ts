import { describe, expect, test } from "vitest";
import { span } from "../text/line.ts";
import { detectTheme } from "./detect.ts";
import { themeOf } from "./theme.ts";

describe("what a terminal can show", () => {
  test.each([
    [{ TERM: "xterm" }, "16"],
    [{ TERM: "xterm-256color" }, "256"],
    [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, "true"],
    [{ TERM: "xterm-direct" }, "true"],
    [{ TERM: "xterm-256color", COLORTERM: "truecolor", NO_COLOR: "1" }, "none"],
    [{ TERM: "dumb" }, "none"],
    [{}, "none"],
  ])("%j has %s colours", (env, depth) => {
    expect(detectTheme(env).depth).toBe(depth);
  });

  test("is light where the terminal says so, or the user does", () => {
    expect(detectTheme({ TERM: "xterm", COLORFGBG: "0;15" }).background).toBe("light");
    expect(detectTheme({ TERM: "xterm", COLORFGBG: "15;0" }).background).toBe("dark");
    expect(detectTheme({ TERM: "xterm" }, "light").background).toBe("light");
  });

  test.each([
    [{ TERM: "linux" }, false],
    [{ TERM: "xterm", LANG: "C" }, false],
    [{ TERM: "xterm", LANG: "en_US.UTF-8" }, true],
    [{ TERM: "xterm" }, true],
  ])("%j has all signs: %s", (env, unicode) => {
    expect(detectTheme(env).unicode).toBe(unicode);
  });
});

describe("colours", () => {
  const line = [span("x", "good"), span("y")];

  test.each([
    ["true", "\u001b[38;2;126;200;140mx\u001b[0my"],
    ["256", "\u001b[38;5;114mx\u001b[0my"],
    ["16", "\u001b[32mx\u001b[0my"],
    ["none", "xy"],
  ] as const)("with %s", (depth, expected) => {
    expect(themeOf({ depth, background: "dark", unicode: true }).paint(line)).toBe(expected);
  });

  test("without any, the chosen row still stands out", () => {
    const { paint } = themeOf({ depth: "none", background: "dark", unicode: true });
    expect(paint([span("x", "chosen")])).toBe("\u001b[7mx\u001b[0m");
  });

  test("of a terminal without Unicode come with plain signs", () => {
    const { paint, marks } = themeOf({ depth: "none", background: "dark", unicode: false });
    const signs = [...Object.values(marks).flat(), paint([span("a… › →")])].join("");
    expect(signs).toMatch(/^[ -~]*$/);
  });
});
