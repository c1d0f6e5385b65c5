import { nearest } from "@gantry/cnab";
import { Command, CommanderError, Option } from "commander";
import { Given } from "./given.ts";
import { type CommandSpec, type Entry, type GroupSpec, isGroup, optionsOf } from "./spec.ts";
import { UsageError } from "./usage-error.ts";

/** What the words of a command line ask for. */
export type Parsed =
  | { readonly kind: "run"; readonly command: CommandSpec; readonly given: Given }
  | { readonly kind: "help"; readonly entry: Entry; readonly path: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a command line, without the program's name. Throws `UsageError`. */
export function parse(root: GroupSpec, words: readonly string[], env: Environment): Parsed {
  // `help build` is `build --help`.
  if (words[0] === "help" && words.length > 1)
    return parse(root, [...words.slice(1), "--help"], env);
  const { entry, path, rest } = find(root, words);
  if (isGroup(entry)) return parseGroup(entry, path, rest);
  const command = new Command(entry.name).exitOverride().helpOption(false).configureOutput(SILENT);
  addWords(command, entry);
  if (asksForHelp(entry, rest)) return { kind: "help", entry, path };
  try {
    command.parse(spellOut(entry, rest), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) throw toUsageError(error, entry, path);
    throw error;
  }
  return {
    kind: "run",
    command: entry,
    given: new Given(entry, { args: command.processedArgs, values: valuesOf(command, entry), env }),
  };
}

const SILENT = { writeOut: () => undefined, writeErr: () => undefined };

interface Found {
  readonly entry: Entry;
  readonly path: readonly string[];
  readonly rest: readonly string[];
}

function find(root: GroupSpec, words: readonly string[]): Found {
  let entry: Entry = root;
  let rest = words;
  const path: string[] = [];
  while (isGroup(entry)) {
    const [word = ""] = rest;
    const next: Entry | undefined = entry.commands.find(
      ({ name, aliases = [] }) => name === word || aliases.includes(word),
    );
    if (next === undefined) break;
    path.push(next.name);
    entry = next;
    rest = rest.slice(1);
  }
  const isSaid = !isGroup(entry) && entry.alsoSaid !== undefined && rest[0] === entry.alsoSaid;
  return { entry, path, rest: isSaid ? rest.slice(1) : rest };
}

function parseGroup(group: GroupSpec, path: readonly string[], rest: readonly string[]): Parsed {
  const [word] = rest;
  if (word === undefined || HELP.has(word)) return { kind: "help", entry: group, path };
  const where = ["gantry", ...path].join(" ");
  if (word.startsWith("-")) {
    throw new UsageError(`${where} has no option ${word}.`, {
      hint: `See \`${where} --help\`; options follow the command's name.`,
    });
  }
  const names = group.commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const near = nearest(word, names);
  const help = `See \`${where} --help\` for the commands.`;
  throw new UsageError(`${where} has no command "${word}".`, {
    hint: near === undefined ? help : `Did you mean \`${where} ${near}\`?`,
  });
}

const HELP: ReadonlySet<string> = new Set(["--help", "-h", "help"]);

/** A value that looks like a request for help is none. */
function asksForHelp(command: CommandSpec, words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const before = end < 0 ? words : words.slice(0, end);
  const takesValue = new Set(
    optionsOf(command)
      .filter(({ value }) => value !== undefined)
      .flatMap(({ name, short }) => [`--${name}`, `-${short}`]),
  );
  return before.some(
    (word, index) =>
      (word === "--help" || word === "-h") && !takesValue.has(before[index - 1] ?? ""),
  );
}

/** An option that stands alone or with `=WORD` always has a word from here on, so that it never takes the next one. */
function spellOut(command: CommandSpec, words: readonly string[]): string[] {
  const alone = new Set(
    optionsOf(command)
      .filter(({ more }) => more !== undefined)
      .map(({ name }) => `--${name}`),
  );
  const end = words.indexOf("--");
  return words.map((word, at) =>
    alone.has(word) && (end < 0 || at < end) ? `${word}=true` : word,
  );
}

function addWords(command: Command, spec: CommandSpec): void {
  for (const { name, isRequired } of spec.arguments ?? []) {
    command.argument(isRequired ? `<${name}>` : `[${name}]`);
  }
  for (const { name, short, value, more, isList } of optionsOf(spec)) {
    const takes = more === undefined ? value : more.join("|");
    const long = takes === undefined ? `--${name}` : `--${name} <${takes}>`;
    const option = new Option(short === undefined ? long : `-${short}, ${long}`);
    // Commander reads `--no-x` as the opposite of `--x`; here every option is a word of its own.
    option.negate = false;
    option.attributeName = () => name;
    if (isList === true) option.argParser(addTo);
    command.addOption(option);
  }
}

function addTo(value: string, earlier: unknown): string[] {
  return [...(Array.isArray(earlier) ? earlier.map(String) : []), value];
}

function valuesOf(command: Command, spec: CommandSpec): Record<string, unknown> {
  const values = optionsOf(spec).map(({ name }) => [name, command.getOptionValue(name)] as const);
  return Object.fromEntries(values);
}

function toUsageError(error: CommanderError, spec: CommandSpec, path: readonly string[]) {
  const where = ["gantry", ...path].join(" ");
  const [, word = ""] = /'([^']*)'/.exec(error.message) ?? [];
  const hint = `See \`${where} --help\`.`;
  const fail = (message: string, better = hint) =>
    new UsageError(message, { hint: better, cause: error });
  switch (error.code) {
    case "commander.unknownOption":
      return fail(`${where} has no option ${word.split("=")[0]}.`, nearOption(spec, word) ?? hint);
    case "commander.optionMissingArgument":
      return fail(`${flagOf(word)} needs a value (${word}), and there is none.`);
    case "commander.missingArgument":
      return fail(`${where} needs ${word}, and it is missing.`, `Use \`${where} ${word} ...\`.`);
    case "commander.excessArguments":
      return fail(excess(where, spec, error.message));
    default:
      return fail(error.message.replace(/^error: /, ""));
  }
}

function flagOf(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

function nearOption(spec: CommandSpec, word: string): string | undefined {
  const given = word.replace(/^-+/, "").split("=")[0] ?? "";
  const near = nearest(
    given,
    optionsOf(spec).map(({ name }) => name),
  );
  return near === undefined ? undefined : `Did you mean --${near}?`;
}

function excess(where: string, spec: CommandSpec, message: string): string {
  const names = (spec.arguments ?? []).map(({ name }) => name);
  const takes = names.length === 0 ? "no argument" : `only ${names.join(" ")}`;
  const [, found = ""] = /: ([^:]*)\.$/.exec(message) ?? [];
  return `${where} takes ${takes}; found: ${found}.`;
}
