import { invalidDockerfile } from "../errors.ts";

/** One instruction as written. */
export interface Instruction {
  /** Upper case. */
  readonly word: string;
  readonly rest: string;
  /** Counts from 1. */
  readonly line: number;
  readonly text: string;
}

/** The instructions from one `FROM` to the next. */
export interface Stage {
  readonly from: string;
  readonly name: string | undefined;
  readonly line: number;
  readonly instructions: readonly Instruction[];
}

const WORDS = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);

/** Reads as much of a Dockerfile as the fake needs: stages and instructions, one a line or continued with `\`. */
export function readDockerfile({
  text,
  path,
}: {
  readonly text: string;
  readonly path: string;
}): Stage[] {
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of instructionsOf(text)) {
    const { word, rest, line } = instruction;
    const location = { path, line };
    if (!WORDS.has(word)) throw invalidDockerfile(`Unknown instruction ${word}.`, location);
    if (word === "FROM") {
      const [, from = "", name] =
        /^(\S+)(?:\s+as\s+(\S+))?/i.exec(rest.replace(/--\S+\s+/g, "")) ?? [];
      stages.push({ from, name, line, instructions: [] });
    } else if (word !== "ARG" || stages.length > 0) {
      const stage = stages.at(-1);
      if (stage === undefined) throw invalidDockerfile(`${word} comes before FROM.`, location);
      stage.instructions.push(instruction);
    }
  }
  if (stages.length === 0) throw invalidDockerfile("The Dockerfile has no FROM.", { path });
  return stages;
}

function* instructionsOf(text: string): Generator<Instruction> {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let whole = lines[at] ?? "";
    while (whole.endsWith("\\") && at + 1 < lines.length) {
      at += 1;
      whole = `${whole.slice(0, -1)}${lines[at]}`;
    }
    const [, word = "", rest = ""] = /^\s*([^\s#]\S*)\s*(.*)$/.exec(whole) ?? [];
    if (word !== "") yield { word: word.toUpperCase(), rest, line, text: whole.trim() };
  }
}

/** `key=value` pairs, where values may be quoted. */
export function pairsOf(text: string): Record<string, string> {
  const pairs = text.matchAll(/([^\s=]+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g);
  return Object.fromEntries(
    [...pairs].map(([, key = "", value = ""]) => [key, value.replace(/^(["'])(.*)\1$/, "$2")]),
  );
}
