import type { Failure } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";
import { EMPTY, type Line, line, span, wrapText } from "../text/line.ts";
import type { Marks } from "../theme/style.ts";

/** What went wrong, to what, and what to try. */
export function failureLines(failure: Failure, width: number, marks: Marks): readonly Line[] {
  const { message, hint, details = [], place } = failure;
  const room = Math.max(10, width - 6);
  const at =
    place === undefined
      ? []
      : [[place.path, place.line, place.column].filter((part) => part !== undefined).join(":")];
  const said = wrapText(oneLine(message), room).map(
    (text, index): Line =>
      index === 0
        ? [span(`  ${marks.failed} `, "bad"), span(text, "strong")]
        : line(`    ${text}`, "strong"),
  );
  return [
    ...said,
    ...at.map((text) => line(`    at ${text}`, "quiet")),
    ...details.flatMap((text) =>
      wrapText(`- ${oneLine(text)}`, room).map((one) => line(`    ${one}`)),
    ),
    ...(hint === undefined
      ? []
      : wrapText(`Try: ${oneLine(hint)}`, room).map((text) => line(`    ${text}`, "accent"))),
  ];
}

export function oneLine(text: string): string {
  return cleanText(text).replaceAll("\n", " ");
}

/** Said in place of a list that is not there yet, or cannot be had. */
export function waitingLines(
  known: { readonly failure?: Failure } | undefined,
  width: number,
  marks: Marks,
): readonly Line[] {
  if (known?.failure !== undefined) return [EMPTY, ...failureLines(known.failure, width, marks)];
  return [EMPTY, line("  Asking the daemon ...", "quiet")];
}
