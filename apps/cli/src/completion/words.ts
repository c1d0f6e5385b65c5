import { type Entry, type GroupSpec, isGroup, optionsOf } from "../command-line/spec.ts";

/** What may follow one path of words, such as `drivers show`. */
export interface Place {
  /** Words joined by blanks; empty at the top. */
  readonly path: string;
  /** Commands, or the choices of the first argument. */
  readonly words: readonly Word[];
  readonly options: readonly Option[];
}

export interface Word {
  readonly text: string;
  readonly help: string;
}

export interface Option extends Word {
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** Every place of the command tree, the top first. */
export function placesOf(root: GroupSpec): Place[] {
  return walk(root, "");
}

function walk(entry: Entry, path: string): Place[] {
  if (!isGroup(entry)) return [commandPlace(entry, path)];
  const shown = entry.commands.filter((one) => !("isHidden" in one));
  const words = shown.map(({ name, summary }) => ({ text: name, help: summary }));
  const below = entry.commands.flatMap((one) =>
    [one.name, ...(one.aliases ?? [])].flatMap((name) => walk(one, `${path} ${name}`.trim())),
  );
  return [{ path, words, options: [HELP] }, ...below];
}

const HELP: Option = { text: "--help", help: "Show the help", takesValue: false, choices: [] };

function commandPlace(command: Exclude<Entry, GroupSpec>, path: string): Place {
  const choices = command.arguments?.[0]?.choices ?? [];
  const options = optionsOf(command).flatMap((option): Option[] => {
    const one = {
      help: option.help,
      takesValue: option.value !== undefined,
      choices: option.choices ?? [],
    };
    const short = option.short === undefined ? [] : [{ ...one, text: `-${option.short}` }];
    return [{ ...one, text: `--${option.name}` }, ...short];
  });
  return {
    path,
    words: choices.map((text) => ({ text, help: "" })),
    options: [...options, HELP],
  };
}
