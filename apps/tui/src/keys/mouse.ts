import type { Input } from "../state/message.ts";

/** Asks a terminal to tell of clicks and the wheel, with coordinates of any size; and to stop that. */
export const MOUSE_ON = "\u001b[?1000h\u001b[?1006h";
export const MOUSE_OFF = "\u001b[?1006l\u001b[?1000l";

// oxlint-disable-next-line no-control-regex -- a report begins with Escape
const REPORT = /\u001b\[<(\d+);(\d+);(\d+)([Mm])/g;

/** The beginning of a report whose end has not come yet. */
// oxlint-disable-next-line no-control-regex -- a report begins with Escape
const BEGUN = /\u001b\[<[\d;]{0,20}$/;

/** What came of a terminal: what the mouse did, the keys without it, and what may be the beginning of a report. */
export interface SplitInput {
  readonly mouse: readonly Input[];
  readonly keys: string;
  readonly begun: string;
}

/** Takes SGR mouse reports out of what a terminal sent. Reports of what does not count here are dropped. */
export function splitMouse(text: string): SplitInput {
  const mouse = [...text.matchAll(REPORT)].flatMap(([, ...parts]) => readReport(parts));
  const rest = text.replaceAll(REPORT, "");
  const begun = BEGUN.exec(rest)?.[0] ?? "";
  return { mouse, keys: rest.slice(0, rest.length - begun.length), begun };
}

function readReport([button, column, row, kind]: readonly (string | undefined)[]): Input[] {
  if (button === "64") return [{ kind: "wheel", by: -3 }];
  if (button === "65") return [{ kind: "wheel", by: 3 }];
  if (button !== "0" || kind !== "M") return [];
  return [{ kind: "click", row: Number(row) - 1, column: Number(column) - 1 }];
}
