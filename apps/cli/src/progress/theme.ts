/** What text means; the theme decides how that looks. */
export type Style = "good" | "bad" | "warning" | "quiet" | "strong" | "active";

/** Puts text into the colours of its meaning. */
export type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  warning: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
  active: [36, 39],
};

const plain: Paint = (_style, text) => text;

const coloured: Paint = (style, text) => {
  const [on, off] = CODES[style];
  return text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours for `output`: none off a terminal, on a dumb one, or with `NO_COLOR` set. */
export function paintFor(output: { readonly isTTY?: boolean }, env: Environment): Paint {
  const isDumb = env["TERM"] === "dumb";
  return output.isTTY === true && !isDumb && !env["NO_COLOR"] ? coloured : plain;
}
