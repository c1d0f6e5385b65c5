import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Output } from "./world.ts";

/** Asks a question on a terminal; anything but yes is no. */
export function confirmOn(
  input: Readable,
  output: () => Output,
): (question: string) => Promise<boolean> {
  return (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input, output: output(), terminal: false });
      const answer = (text: string): void => {
        resolve(/^\s*y(es)?\s*$/i.test(text));
        lines.close();
      };
      lines.once("line", answer);
      lines.once("close", () => resolve(false));
      output().write(`${question} [y/N] `);
    });
}
