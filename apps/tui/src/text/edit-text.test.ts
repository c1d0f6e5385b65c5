import { describe, expect, test } from "vitest";
import { type Draft, draftOf, editText } from "./edit-text.ts";
import { pastedLine } from "./pasted-line.ts";

/** A draft as text with `|` for its cursor. */
function read(shown: string): Draft {
  return { text: shown.replace("|", ""), cursor: shown.indexOf("|") };
}

function show({ text, cursor }: Draft): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

function after(shown: string, ...keys: readonly string[]): string {
  const edit = (draft: Draft, key: string): Draft =>
    editText(draft, { key, text: "" }) ?? { text: "none", cursor: 0 };
  return show(keys.reduce(edit, read(shown)));
}

const FAMILY = "👩‍👩‍👧";
const ACCENT = "e\u0301";

describe("a line that is edited", () => {
  test("takes text at its cursor", () => {
    expect(show(editText(read("ab|cd"), { key: "x", text: "x" }) ?? draftOf(""))).toBe("abx|cd");
    expect(editText(read("ab|"), { key: "f5", text: "" })).toBeUndefined();
  });

  test.each([
    ["ab|c", "left", "a|bc"],
    ["|abc", "left", "|abc"],
    ["ab|c", "right", "abc|"],
    ["abc|", "right", "abc|"],
    ["ab|c", "home", "|abc"],
    ["ab|c", "ctrl-a", "|abc"],
    ["ab|c", "end", "abc|"],
    ["ab|c", "ctrl-e", "abc|"],
    ["ab|c", "backspace", "a|c"],
    ["ab|c", "delete", "ab|"],
    ["ab|c", "ctrl-u", "|c"],
    ["ab|c", "ctrl-k", "ab|"],
    ["one two-three |four", "alt-b", "one two-|three four"],
    ["one| two-three", "alt-f", "one two|-three"],
    ["one| ...", "alt-f", "one ...|"],
    ["one two-three |four", "ctrl-w", "one |four"],
    ["one two-three |four", "alt-backspace", "one two-|four"],
    ["one| two", "alt-d", "one|"],
    ["año nuevo|", "alt-b", "año |nuevo"],
    ["...|", "alt-b", "|..."],
  ])("%j, %s: %j", (before, key, expected) => {
    expect(after(before, key)).toBe(expected);
  });

  test.each([FAMILY, ACCENT, "漢", "🇩🇪", "각"])("%s is one step, and gone at once", (one) => {
    expect(after(`a${one}|b`, "left")).toBe(`a|${one}b`);
    expect(after(`a|${one}b`, "right")).toBe(`a${one}|b`);
    expect(after(`a${one}|b`, "backspace")).toBe("a|b");
    expect(after(`a|${one}b`, "delete")).toBe("a|b");
  });

  test("a long one is edited as quickly as a short one, and has an end", () => {
    const long = draftOf("漢".repeat(99_999));
    const since = performance.now();
    for (let count = 0; count < 200; count += 1) {
      editText(long, { key: "backspace", text: "" });
      editText(long, { key: "alt-b", text: "" });
    }
    // A thousand times what it takes; looking at all of the text takes longer still.
    expect(performance.now() - since).toBeLessThan(2_000);

    expect(editText(long, { key: "x", text: "xyz" })?.text).toHaveLength(100_000);
  });
});

test("what is pasted is one line without control characters", () => {
  expect(pastedLine("a\r\nb\u001b[31m\tc\n")).toBe("a b    c");
});
