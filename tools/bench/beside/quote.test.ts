import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { quote } from "./quote.ts";

test.each([["plain"], ["two words"], ["it's"], ['$HOME `id` \\ " *'], ["a\nb"], [""]])(
  "a shell takes %j for one word",
  (word) => {
    const printed = execFileSync("sh", ["-c", `printf '%s|' ${quote(word)}`], { encoding: "utf8" });

    expect(printed).toBe(`${word}|`);
  },
);
