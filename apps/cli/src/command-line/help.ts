import { type CommandSpec, type Entry, type GroupSpec, isGroup, type OptionSpec } from "./spec.ts";

const LEFT = 34;

/** The help of a command or of a group: at most 24 lines of at most 80 columns. */
export function helpOf(entry: Entry, path: readonly string[]): string {
  const where = ["gantry", ...path].join(" ");
  const lines = isGroup(entry) ? groupHelp(entry, where) : commandHelp(entry, where);
  return `${lines.join("\n")}\n`;
}

function groupHelp(group: GroupSpec, where: string): readonly string[] {
  const named = group.commands.filter((entry) => !("isHidden" in entry));
  const shown = named.filter(({ isMinor }) => isMinor !== true);
  const more = named.filter(({ isMinor }) => isMinor === true).map(({ name }) => name);
  const width = Math.max(...shown.map(({ name }) => name.length)) + 3;
  return [
    `Usage: ${where} COMMAND [options]`,
    group.summary,
    "",
    ...shown.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    more.length === 0 ? "" : `  And ${more.join(", ")}.`,
    `See \`${where} COMMAND --help\` for the options of a command.`,
  ];
}

function commandHelp(command: CommandSpec, where: string): readonly string[] {
  const args = (command.arguments ?? []).map(({ name, isRequired }) =>
    isRequired ? ` ${name}` : ` [${name}]`,
  );
  return [
    `Usage: ${where}${args.join("")} [options]`,
    command.summary,
    ...command.groups.flatMap(({ title, options }) => [`${title}:`, ...optionLines(options)]),
    ...command.examples.map(
      (example, index) => `${index === 0 ? "Example:" : "        "} ${example}`,
    ),
  ];
}

function optionLines(options: readonly OptionSpec[]): readonly string[] {
  const rows: { words: string; help: string }[] = [];
  for (const option of options) {
    if (option.isHidden === true) continue;
    const last = rows.at(-1);
    if (option.isBeside === true && last !== undefined) last.words += `, ${wordsOf(option)}`;
    else rows.push({ words: wordsOf(option), help: option.help });
  }
  return rows.map(({ words, help }) => `  ${words.padEnd(LEFT)}  ${help}`);
}

function wordsOf({ name, short, value, more }: OptionSpec): string {
  const own = more === undefined ? `--${name}` : `--${name}[=${more.join("|")}]`;
  const long = value === undefined ? own : `--${name} ${value}`;
  return short === undefined ? long : `-${short}, ${long}`;
}
