import { DockerfileParser, type Instruction } from "dockerfile-ast";

/** A Dockerfile that the author gave as template. */
export interface DockerfileTemplate {
  /** As the user named it. */
  readonly path: string;
  readonly text: string;
}

/** The template is not a Dockerfile that a bundle can be built with. */
export class DockerfileError extends Error {
  override readonly name = "DockerfileError";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** What has to be known of a template to put lines into its final stage. */
export interface TemplateLayout {
  readonly lines: readonly string[];
  /** Index of the last line of the final stage's FROM. */
  readonly finalFrom: number;
  /** Indexes of the token lines, by token. */
  readonly tokens: ReadonlyMap<Token, readonly number[]>;
}

export const TOKENS = ["PORTER_INIT", "PORTER_MIXINS"] as const;
export type Token = (typeof TOKENS)[number];

/** Finds the final stage and the tokens. Throws a `DockerfileError` when there is no stage. */
export function readTemplate({ path, text }: DockerfileTemplate): TemplateLayout {
  const lines = text.replaceAll("\r\n", "\n").replace(/\n+$/, "").split("\n");
  const instructions = DockerfileParser.parse(lines.join("\n")).getInstructions();
  const from = instructions.findLast((item) => item.getKeyword() === "FROM");
  if (from === undefined) {
    throw new DockerfileError(
      `${path}:1: the template has no FROM instruction`,
      "Begin it with `FROM debian:stable-slim` or another base image.",
    );
  }
  const inside = linesOf(instructions);
  const tokens = new Map(TOKENS.map((token) => [token, tokenLines(token, lines, inside)]));
  return { lines, finalFrom: from.getRange().end.line, tokens };
}

/** Every line that belongs to an instruction: what looks like a token there is text. */
function linesOf(instructions: readonly Instruction[]): ReadonlySet<number> {
  const inside = new Set<number>();
  for (const instruction of instructions) {
    const { start, end } = instruction.getRange();
    for (let line = start.line; line <= end.line; line += 1) inside.add(line);
  }
  return inside;
}

function tokenLines(token: Token, lines: readonly string[], inside: ReadonlySet<number>): number[] {
  const pattern = new RegExp(`^\\s*#\\s*${token}\\s*$`);
  return [...lines.keys()].filter((line) => !inside.has(line) && pattern.test(lines[line] ?? ""));
}
