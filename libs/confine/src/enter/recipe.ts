import { APART } from "./program-apart.ts";
import { NETWORK } from "./program-network.ts";
import { START } from "./program-start.ts";
import { VIEW } from "./program-view.ts";

/** One thing that the entering program does: its verb and what it needs. */
export type Step = readonly [verb: string, ...args: readonly (string | number)[]];

/** The program that carries a recipe out, one step after the other, and ends as the driver that it starts does. */
export const ENTER_PROGRAM = [APART, VIEW, NETWORK, START].join("\n");

/** The steps as the program reads them: one a line, each byte out of the ordinary as `%xx`. */
export function writeRecipe(steps: readonly Step[]): string {
  return steps.map((step) => `${step.map(escape).join(" ")}\n`).join("");
}

function escape(field: string | number): string {
  let text = "";
  for (const byte of Buffer.from(String(field))) {
    const char = String.fromCodePoint(byte);
    text += /[\w./:,=@+-]/.test(char) ? char : `%${byte.toString(16).padStart(2, "0")}`;
  }
  return text;
}
