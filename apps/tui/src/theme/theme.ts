import type { Line } from "../text/line.ts";
import type { Marks, Style } from "./style.ts";

/** How meanings look on one terminal. */
export interface Theme {
  readonly marks: Marks;
  /** A line with the control sequences of its styles; without any where there are no colours. */
  paint(line: Line): string;
}

/** How many colours a terminal has. */
export type ColourDepth = "none" | "16" | "256" | "true";
export type Background = "dark" | "light";

export interface ThemeChoice {
  readonly depth: ColourDepth;
  readonly background: Background;
  readonly unicode: boolean;
}

/** A colour as 24 bits, as the 256-colour palette's index, and as one of the 16. */
type Colour = readonly [rgb: readonly [number, number, number], index: number, basic: number];

interface Palette {
  readonly good: Colour;
  readonly bad: Colour;
  readonly warning: Colour;
  readonly quiet: Colour;
  readonly accent: Colour;
  readonly rule: Colour;
  readonly chosenBack: Colour;
  readonly chosenFore: Colour;
}

const DARK: Palette = {
  good: [[126, 200, 140], 114, 2],
  bad: [[240, 113, 120], 210, 1],
  warning: [[229, 192, 123], 180, 3],
  quiet: [[128, 136, 148], 245, 8],
  accent: [[122, 176, 240], 111, 6],
  rule: [[70, 76, 88], 239, 8],
  chosenBack: [[44, 52, 68], 237, 4],
  chosenFore: [[236, 240, 246], 255, 15],
};

const LIGHT: Palette = {
  good: [[28, 120, 50], 28, 2],
  bad: [[190, 30, 45], 124, 1],
  warning: [[146, 96, 0], 94, 3],
  quiet: [[110, 116, 124], 243, 8],
  accent: [[20, 90, 180], 25, 4],
  rule: [[196, 200, 206], 251, 7],
  chosenBack: [[218, 230, 246], 189, 6],
  chosenFore: [[20, 24, 32], 234, 0],
};

const UNICODE: Marks = {
  done: "✓",
  failed: "✗",
  cached: "≡",
  canceled: "⊘",
  waiting: "·",
  folded: "▸",
  unfolded: "▾",
  dot: "●",
  ring: "○",
  rule: "─",
  bar: "│",
  filled: "━",
  empty: "─",
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
  up: "↑",
  down: "↓",
  enter: "⏎",
};

const ASCII: Marks = {
  done: "+",
  failed: "x",
  cached: "=",
  canceled: "-",
  waiting: ".",
  folded: ">",
  unfolded: "v",
  dot: "*",
  ring: "o",
  rule: "-",
  bar: "|",
  filled: "#",
  empty: "-",
  spinner: ["|", "/", "-", "\\"],
  up: "^",
  down: "v",
  enter: "Enter",
};

/** The theme for a terminal. */
export function themeOf({ depth, background, unicode }: ThemeChoice): Theme {
  const marks = unicode ? UNICODE : ASCII;
  const codes = depth === "none" ? WITHOUT_COLOURS : codesOf(depth, background);
  const paint = (line: Line): string =>
    line
      .map(({ text, style }) => coloured(unicode ? text : toAscii(text), style && codes[style]))
      .join("");
  return { marks, paint };
}

/** Signs of our own texts that not every terminal has; what programs print is left as it is. */
function toAscii(text: string): string {
  return text.replaceAll("…", "~").replaceAll("›", ">").replaceAll("→", "->");
}

function coloured(text: string, code: string | undefined): string {
  return code === undefined || code === "" || text === ""
    ? text
    : `\u001b[${code}m${text}\u001b[0m`;
}

type Codes = Readonly<Record<Style, string>>;

/** Weight and reverse video still tell things apart where there are no colours. */
const WITHOUT_COLOURS: Codes = {
  good: "",
  bad: "1",
  warning: "",
  quiet: "",
  strong: "1",
  accent: "",
  title: "1",
  key: "1",
  rule: "",
  chosen: "7",
  chosenGood: "7",
  chosenBad: "7;1",
  chosenWarning: "7",
  cursor: "7",
  // In a row in reverse it is what is not.
  chosenCursor: "4",
  stale: "",
};

function codesOf(depth: Exclude<ColourDepth, "none">, background: Background): Codes {
  const palette = background === "dark" ? DARK : LIGHT;
  const fore = (colour: Colour): string => sgr(depth, colour, false);
  const on = `;${sgr(depth, palette.chosenBack, true)}`;
  const cursor = `${sgr(depth, palette.chosenBack, false)};${sgr(depth, palette.accent, true)}`;
  return {
    good: fore(palette.good),
    bad: fore(palette.bad),
    warning: fore(palette.warning),
    quiet: fore(palette.quiet),
    strong: "1",
    accent: fore(palette.accent),
    title: `1;${fore(palette.accent)}`,
    key: fore(palette.accent),
    rule: fore(palette.rule),
    chosen: fore(palette.chosenFore) + on,
    chosenGood: fore(depth === "16" ? palette.chosenFore : palette.good) + on,
    chosenBad: fore(depth === "16" ? palette.chosenFore : palette.bad) + on,
    chosenWarning: fore(depth === "16" ? palette.chosenFore : palette.warning) + on,
    cursor,
    chosenCursor: cursor,
    stale: fore(palette.warning),
  };
}

function sgr(depth: Exclude<ColourDepth, "none">, colour: Colour, isBack: boolean): string {
  const [[red, green, blue], index, basic] = colour;
  if (depth === "true") return `${isBack ? 48 : 38};2;${red};${green};${blue}`;
  if (depth === "256") return `${isBack ? 48 : 38};5;${index}`;
  const base = basic < 8 ? 30 + basic : 82 + basic;
  return String(isBack ? base + 10 : base);
}
