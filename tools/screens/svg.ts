import type { IBufferCell, Terminal } from "@xterm/headless";

const CELL = { width: 8.4, height: 18 } as const;
const MARGIN = 12;
const GROUND = "#161a22";
const TEXT = "#d6dbe4";

/** A run of cells that look the same. */
interface Run {
  readonly row: number;
  readonly from: number;
  readonly columns: number;
  readonly text: string;
  readonly look: Look;
}

interface Look {
  readonly fore: string;
  readonly back: string | undefined;
  readonly isBold: boolean;
}

/** A picture of what an emulated terminal shows. `settle` makes a row's text the same on every machine; its length stays. */
export function toSvg(terminal: Terminal, title: string, settle: (row: string) => string): string {
  const { cols, rows } = terminal;
  const runs = Array.from({ length: rows }, (_, row) => runsOf(terminal, row, settle)).flat();
  const width = round(cols * CELL.width + 2 * MARGIN);
  const height = rows * CELL.height + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${GROUND}"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">`,
    ...runs.flatMap(drawn),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function runsOf(terminal: Terminal, row: number, settle: (row: string) => string): readonly Run[] {
  const line = terminal.buffer.active.getLine(row);
  if (line === undefined) return [];
  const settled = Array.from(settle(line.translateToString(false)));
  const runs: Run[] = [];
  let taken = 0;
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = settled[taken] ?? " ";
    taken += 1;
    const look = lookOf(cell);
    const last = runs.at(-1);
    if (last !== undefined && isSame(last.look, look) && cell.getWidth() === 1) {
      runs[runs.length - 1] = { ...last, text: last.text + text, columns: last.columns + 1 };
    } else {
      runs.push({ row, from: column, columns: cell.getWidth(), text, look });
    }
  }
  return runs.filter(({ text, look }) => text.trim() !== "" || look.back !== undefined);
}

function lookOf(cell: IBufferCell): Look {
  const fore = cell.isFgRGB() ? hex(cell.getFgColor()) : TEXT;
  return {
    fore,
    back: cell.isBgRGB() ? hex(cell.getBgColor()) : undefined,
    isBold: cell.isBold() !== 0,
  };
}

function isSame(left: Look, right: Look): boolean {
  return left.fore === right.fore && left.back === right.back && left.isBold === right.isBold;
}

function hex(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}

function drawn({ row, from, columns, text, look }: Run): readonly string[] {
  const x = round(MARGIN + from * CELL.width);
  const y = MARGIN + row * CELL.height;
  const width = round(columns * CELL.width);
  const back =
    look.back === undefined
      ? []
      : [`<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${look.back}"/>`];
  const weight = look.isBold ? ' font-weight="bold"' : "";
  const words = `<text x="${x}" y="${y + 13}" fill="${look.fore}"${weight} textLength="${width}">${escape(text)}</text>`;
  return text.trim() === "" ? back : [...back, words];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
