import { describe, expect, it } from "vitest";
import { expandWord, expandWords, ExpansionError } from "./expand.ts";

const VALUES: Readonly<Record<string, string>> = {
  X: "val",
  E: "",
  P: "a/b/c.tar.gz",
  W: "one two",
};
const options = { lookup: (name: string) => VALUES[name], escape: "\\" };

describe("expandWord", () => {
  it.each([
    ["$X", "val"],
    ["${X}y", "valy"],
    ["$Xy", ""],
    ["$X-$E-$NONE", "val--"],
    ["${NONE:-d}", "d"],
    ["${E:-d}", "d"],
    ["${E-d}", ""],
    ["${NONE-d}", "d"],
    ["${X:+a}", "a"],
    ["${E:+a}", ""],
    ["${E+a}", "a"],
    ["${NONE+a}", ""],
    ["${NONE:-${X}}", "val"],
    ["${X:?gone}", "val"],
    ["${P#*/}", "b/c.tar.gz"],
    ["${P##*/}", "c.tar.gz"],
    ["${P%.*}", "a/b/c.tar"],
    ["${P%%.*}", "a/b/c"],
    ["${P/\\//-}", "a-b/c.tar.gz"],
    ["${P//\\//-}", "a-b-c.tar.gz"],
    ["'$X'", "$X"],
    ['"$X y"', "val y"],
    ['"\\$X \\" \\n"', '$X " \\n'],
    ["\\$X", "$X"],
    ["a\\ b", "a b"],
    ["$", "$"],
    ["a$ b", "a$ b"],
    ["it''s", "its"],
  ])("%s is %j", (text, expected) => {
    expect(expandWord(text, options)).toBe(expected);
  });

  it.each([
    ["${X", "}"],
    ["${}", "name is missing"],
    ["${X:=d}", ":="],
    ["${X^}", "^"],
    ["'open", "single quote"],
    ['"open', "double quote"],
    ["${NONE:?say it}", "NONE: say it"],
    ["${NONE?}", "is not set"],
  ])("refuses %s", (text, message) => {
    const expand = () => expandWord(text, options);

    expect(expand).toThrow(ExpansionError);
    expect(expand).toThrow(message);
  });

  it("takes a backtick as escape when told", () => {
    expect(expandWord("C:\\a`$X", { ...options, escape: "`" })).toBe("C:\\a$X");
  });

  it("keeps quotes in here-documents", () => {
    expect(expandWord(`say "$X" 'it's'\n`, { ...options, literalQuotes: true })).toBe(
      `say "val" 'it's'\n`,
    );
  });
});

it("splits words where white space is not quoted", () => {
  expect(expandWords(`$W "$W" a\\ b`, options)).toEqual(["one", "two", "one two", "a b"]);
});
