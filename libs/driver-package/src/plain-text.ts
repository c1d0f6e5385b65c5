/** Control characters, and those that turn the direction of a line: what is shown would not be what is written. */
const UNSEEN = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u;

/** Whether a text shows on one line as what it is. */
export function isPlainText(text: string): boolean {
  return !UNSEEN.test(text);
}

export const PLAIN_TEXT = "expected one line of plain text, without control characters";
