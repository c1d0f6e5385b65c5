import type { Script, Step } from "./script.ts";

/**
 * Reads a few words of shell as a script: `echo`, `sleep`, `exit`, `true`, `false`, `: ` and `>&2`, joined with `;`, `&&`
 * or newlines. Of any other command it prints what it would have run.
 */
export function scriptOfWords(text: string): Script {
  return text
    .split(/&&|;|\n/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(stepOf);
}

function stepOf(command: string): Step {
  const to = command.endsWith(">&2") ? "stderr" : "stdout";
  const [word = "", ...rest] = command.replace(/>&2$/, "").trim().split(/\s+/);
  const tail = rest.join(" ");
  if (word === "echo") return { print: `${unquoted(tail)}\n`, to };
  if (word === "sleep") return { sleepMs: Number(tail) * 1_000 || 0 };
  if (word === "exit") return { exit: Number(tail) || 0, outOfMemory: false };
  if (word === "false") return { exit: 1, outOfMemory: false };
  if (word === "true" || word === ":") return { sleepMs: 0 };
  return { print: `(fake) ${command}\n`, to: "stdout" };
}

function unquoted(text: string): string {
  return text.replaceAll(/(["'])(.*?)\1/g, "$2");
}
