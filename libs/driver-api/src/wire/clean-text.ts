import { withoutCommands } from "@gantry/terminal-text";

/** Everything below space but tab and newline, DEL, the C1 range, and what turns the direction of text around. */
// oxlint-disable-next-line no-control-regex -- taking these out is what it is for
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
const ALL_CONTROLS = new RegExp(CONTROLS, "g");

/** What a driver says, without anything that moves a cursor, sets a colour or a title, or hides text. Newlines and tabs stay; a lone return becomes a newline. Takes time in proportion to the text, whatever is in it. */
export function cleanText(text: string): string {
  if (!CONTROLS.test(text)) return text;
  const lines = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  return withoutCommands(lines).replaceAll(ALL_CONTROLS, "");
}

/** At most `most` characters of a text; what is missing is said. */
export function shortText(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${text.length - most} characters left out)`;
}
