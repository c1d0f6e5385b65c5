import { cleanText } from "@gantry/terminal-text";

/** What was pasted, as one line without control characters; the newline at its end is none of it. */
export function pastedLine(text: string): string {
  return cleanText(text.replaceAll(/\r\n?/g, "\n").trimEnd()).replaceAll("\n", " ");
}
