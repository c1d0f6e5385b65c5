import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { TREE } from "../commands/tree.ts";
import { SHELLS } from "./shell-scripts.ts";
import { placesOf } from "./words.ts";

const script = (shell: string): string => SHELLS[shell]?.(placesOf(TREE)) ?? "";

describe("bash", () => {
  test.each([
    ["gantry inst", "install"],
    ["gantry drivers d", "doctor"],
    ["gantry daemon s", "status stop"],
    ["gantry install --par", "--param --parameter-set"],
    ["gantry list -o ", "plaintext json"],
    ["gantry installation output s", "show"],
    ["gantry completion f", "fish"],
  ])("completes %j", (line, words) => {
    expect(complete(line)).toBe(words);
  });
});

test.each(["zsh", "fish", "powershell"])(
  "there is a script for %s that knows every command",
  (shell) => {
    for (const word of ["install", "uninstall", "doctor", "completion"]) {
      expect(script(shell)).toContain(word);
    }
  },
);

/** Sources the script in a real bash and asks it as a terminal would. */
function complete(line: string): string {
  const words = line.split(" ").map((word) => `"${word}"`);
  const ask = `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _gantry; echo "\${COMPREPLY[*]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", `${script("bash")}\n${ask}`], {
    encoding: "utf8",
  });
  return stderr === "" ? stdout.trim() : stderr;
}
