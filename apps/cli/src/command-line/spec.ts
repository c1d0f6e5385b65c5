import type { World } from "../world.ts";
import type { Given } from "./given.ts";

/** One option of a command. */
export interface OptionSpec {
  /** Without dashes, as in `build-arg`. */
  readonly name: string;
  readonly short?: string;
  /** Names the value in the help; absent: the option takes none. */
  readonly value?: string;
  /** What may follow it after `=`, and nowhere else; alone it says yes. Names nothing in `value`. */
  readonly more?: readonly string[];
  /** May be given more than once. */
  readonly isList?: true;
  readonly help: string;
  readonly choices?: readonly string[];
  /** Taken when the option is not given. */
  readonly env?: string;
  /** Shown on the help line of the option before it, whose text speaks of both. */
  readonly isBeside?: true;
  /** Works, but is left out of the help: Porter's word for an option that is there already. */
  readonly isHidden?: true;
}

/** Options under one heading. */
export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionSpec[];
}

export interface ArgumentSpec {
  /** In capitals. */
  readonly name: string;
  readonly isRequired: boolean;
  readonly choices?: readonly string[];
}

/** What a command does with what it was given. The number is its exit code. */
export type Run = (given: Given, world: World) => Promise<number>;

/** A command, as data: parsing, help and completion are made from it. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** A word that may follow the name and changes nothing: `logs show` is `logs`. */
  readonly alsoSaid?: string;
  readonly summary: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly groups: readonly OptionGroup[];
  readonly examples: readonly string[];
  /** Named in the list and not explained there: a screen has no room for all. */
  readonly isMinor?: true;
  /** Loads the code behind the command, which nobody else needs. */
  readonly load: () => Promise<Run>;
}

/** Commands under one word. */
export interface GroupSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly commands: readonly Entry[];
  /** Works, but is left out of the list: the same commands are at the top. */
  readonly isHidden?: true;
  /** As of a command. */
  readonly isMinor?: true;
}

export type Entry = CommandSpec | GroupSpec;

export function isGroup(entry: Entry): entry is GroupSpec {
  return "commands" in entry;
}

/** Every option of a command, in the order of its help. */
export function optionsOf(command: CommandSpec): readonly OptionSpec[] {
  return command.groups.flatMap(({ options }) => options);
}
