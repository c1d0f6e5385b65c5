import { withoutCommands } from "./without-commands.ts";

/** Everything below space but tab and newline, DEL, the C1 range, and what turns the direction of text around. */
// oxlint-disable-next-line no-control-regex -- taking these out is what it is for
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of a program without anything that moves a cursor, sets a colour or hides text; newlines stay, tabs become blanks. */
export function cleanText(text: string): string {
  const lines = withoutCommands(text).split("\n").map(afterReturns);
  return lines.join("\n").replaceAll(CONTROLS, "").replaceAll("\t", "    ");
}

/** What a terminal shows in the end of a line that was written over. */
function afterReturns(line: string): string {
  const parts = line.split("\r");
  return parts.findLast((part) => part !== "") ?? "";
}
