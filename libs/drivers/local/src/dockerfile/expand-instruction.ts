import { dockerfileError, type Place } from "./errors.ts";
import type { Instruction, Pair, Transfer } from "./instruction.ts";
import type { Scope } from "./scope.ts";
import { expandWord, expandWords, ExpansionError } from "./text/expand.ts";
import { type Heredoc, heredocText } from "./text/heredoc.ts";

type Words = Pick<Scope, "lookup" | "escape">;

/** The instruction with its variables expanded and its quotes taken away, as far as its kind has that. */
export function expandInstruction(
  instruction: Instruction,
  scope: Words,
  path: string,
): Instruction {
  return guarded({ path, line: instruction.line }, () => expand(instruction, scope));
}

/** One word, such as the base of a `FROM`. Throws with the place for a malformed variable. */
export function expandAt(text: string, scope: Words, place: Place): string {
  return guarded(place, () => expandWord(text, scope));
}

function guarded<Result>(place: Place, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    throw dockerfileError(
      place,
      error.message,
      "Check the variables and quotes of this instruction.",
    );
  }
}

function expand(instruction: Instruction, scope: Words): Instruction {
  const word = (text: string) => expandWord(text, scope);
  switch (instruction.kind) {
    case "arg": {
      const entries = instruction.entries.map(({ name, value }) =>
        value === undefined ? { name } : { name, value: word(value) },
      );
      return { ...instruction, entries };
    }
    case "env":
    case "label":
      return { ...instruction, pairs: expandPairs(instruction.pairs, word) };
    case "workdir":
      return { ...instruction, path: word(instruction.path) };
    case "user":
      return { ...instruction, user: word(instruction.user) };
    case "stopsignal":
      return { ...instruction, signal: word(instruction.signal) };
    case "expose":
      return {
        ...instruction,
        ports: instruction.ports.flatMap((port) => expandWords(port, scope)),
      };
    case "volume":
      return { ...instruction, paths: instruction.paths.map(word) };
    case "copy":
    case "add":
      return { ...instruction, ...expandTransfer(instruction, scope) };
    case "run": {
      const mounts = instruction.mounts.map((text) =>
        expandWord(text, { ...scope, literalQuotes: true }),
      );
      return { ...instruction, mounts };
    }
    default:
      return instruction;
  }
}

function expandPairs(pairs: readonly Pair[], word: (text: string) => string): Pair[] {
  return pairs.map(({ name, value }) => ({ name: word(name), value: word(value) }));
}

function expandTransfer(transfer: Transfer, scope: Words): Transfer {
  const word = (text: string) => expandWord(text, scope);
  return {
    sources: transfer.sources.map(word),
    heredocs: transfer.heredocs.map((heredoc) => expandHeredoc(heredoc, scope)),
    target: word(transfer.target),
    ...(transfer.chown === undefined ? {} : { chown: word(transfer.chown) }),
    ...(transfer.chmod === undefined ? {} : { chmod: word(transfer.chmod) }),
  };
}

function expandHeredoc(heredoc: Heredoc, scope: Words): Heredoc {
  const text = heredocText(heredoc);
  const content = heredoc.expand
    ? expandWord(text, { lookup: scope.lookup, escape: "\\", literalQuotes: true })
    : text;
  return { ...heredoc, chomp: false, expand: false, content };
}
