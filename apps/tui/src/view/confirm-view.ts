import { textWidth } from "@gantry/terminal-text";
import { oneLine } from "../screens/failure-lines.ts";
import type { Confirmation } from "../state/state.ts";
import { draftLine } from "../text/draft-line.ts";
import { draftOf } from "../text/edit-text.ts";
import { EMPTY, type Line, line, span, wrapText } from "../text/line.ts";
import type { Style } from "../theme/style.ts";

interface Room {
  readonly width: number;
  readonly height: number;
}

/** Below that many rows nothing stays blank. */
const ROOMY = 12;

/** A question: what is about to be done, as much of it as fits, and the command that does the same. */
export function confirmLines(question: Confirmation, room: Room): readonly Line[] {
  const { title, from = 0 } = question;
  const { texts, most, commands } = layoutOf(question, room);
  const first = Math.min(from, hiddenRows(question, room));
  const shown = texts.length > most ? texts.slice(first, first + most - 1) : texts;
  const gap = room.height < ROOMY ? [] : [EMPTY];
  return [
    ...gap,
    line(`  ${oneLine(title)}`, "strong"),
    ...gap,
    ...shown.map(({ text, style }) => line(`  ${text}`, style)),
    ...(texts.length > most ? [moreLine(first, shown.length, texts.length)] : []),
    ...gap,
    ...commands.map((text) => line(`  ${text}`, "accent")),
    ...wordLines(question, room),
  ];
}

/** How far the text of a question can be scrolled. */
export function hiddenRows(question: Confirmation, room: Room): number {
  const { texts, most } = layoutOf(question, room);
  return texts.length > most ? texts.length - most + 1 : 0;
}

function layoutOf(question: Confirmation, { width, height }: Room) {
  const texts = question.lines.flatMap((text) => {
    const style = changeStyle(text);
    return wrapText(oneLine(text), width - 6).map((part) => ({ text: part, style }));
  });
  const isTight = height < ROOMY;
  const commands = shortened(
    wrapText(`$ ${oneLine(question.command)}`, width - 6),
    isTight ? 2 : Math.max(3, height >> 1),
  );
  const blank = isTight ? 0 : 3;
  const word = question.word === undefined ? 0 : 1 + (isTight ? 0 : 1);
  const most = Math.max(2, height - 1 - blank - commands.length - word);
  return { texts, most, commands };
}

function shortened(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return lines.slice(0, most).map((text, index) => (index === most - 1 ? `${text} …` : text));
}

function moreLine(first: number, count: number, total: number): Line {
  return line(`  ${first + 1} to ${first + count} of ${total}: Up and Down scroll`, "quiet");
}

function wordLines(
  { word, typed, cursor }: Confirmation,
  { width, height }: Room,
): readonly Line[] {
  if (word === undefined) return [];
  const style = typed === word ? ({ style: "good" } as const) : {};
  const room = width - 22 - textWidth(word);
  return [
    ...(height < ROOMY ? [] : [EMPTY]),
    [
      span("  Type "),
      span(word, "strong"),
      span(" to go on: "),
      ...draftLine(draftOf(typed, cursor), { room, ...style }),
    ],
  ];
}

/** A line that a change takes out of a file, or puts in. */
function changeStyle(text: string): Style | undefined {
  return text.startsWith("+ ") ? "good" : text.startsWith("- ") ? "bad" : undefined;
}
