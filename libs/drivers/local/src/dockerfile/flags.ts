import { dockerfileError, type Place, unsupportedError } from "./errors.ts";
import { nearestName } from "./nearest.ts";
import { cutPair, splitWords } from "./text/words.ts";

/** The flags before the arguments of an instruction, and the rest of its text. */
export interface Flagged {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly rest: string;
}

export interface FlagRules {
  readonly keyword: string;
  readonly known: readonly string[];
  /** Flags that BuildKit knows and this driver refuses, with what to do instead. */
  readonly refused?: Readonly<Record<string, string>>;
  readonly repeatable?: readonly string[];
}

/** Takes `--name=value` words off the front of `text`. Throws for flags that `rules` do not know. */
export function readFlags(text: string, rules: FlagRules, place: Place): Flagged {
  const flags = new Map<string, string[]>();
  let rest = text;
  for (;;) {
    const word = splitWords(rest, "\\")[0];
    if (word === undefined || !word.startsWith("--")) return { flags, rest };
    rest = rest.slice(rest.indexOf(word) + word.length).trimStart();
    if (word === "--") return { flags, rest };
    const { name, value } = cutPair(word.slice(2));
    checkFlag(name, rules, place);
    const values = flags.get(name) ?? [];
    if (values.length > 0 && rules.repeatable?.includes(name) !== true) {
      throw dockerfileError(place, `--${name} is given twice`, `Give --${name} once.`);
    }
    flags.set(name, [...values, unquote(value ?? "true")]);
  }
}

function checkFlag(name: string, rules: FlagRules, place: Place): void {
  if (rules.known.includes(name)) return;
  const instead = rules.refused?.[name];
  if (instead !== undefined) {
    throw unsupportedError(place, `dockerfile-${rules.keyword.toLowerCase()}-${name}`, {
      message: `${rules.keyword} --${name} is not supported`,
      hint: instead,
    });
  }
  const near = nearestName(name, rules.known);
  const all = rules.known.map((flag) => `--${flag}`).join(", ");
  const expected =
    rules.known.length === 0 ? `${rules.keyword} takes no flags.` : `Expected ${all}.`;
  const hint = near === undefined ? expected : `Did you mean --${near}? ${expected}`;
  throw dockerfileError(place, `unknown flag --${name} of ${rules.keyword}`, hint);
}

function unquote(value: string): string {
  const match = /^(["'])(.*)\1$/s.exec(value);
  return match?.[2] ?? value;
}

/** The single value of a flag that may be given once; `undefined` when it is not given. */
export function flagValue(flagged: Flagged, name: string): string | undefined {
  return flagged.flags.get(name)?.[0];
}

/** Reads a switch such as `--link`; throws unless it is `true` or `false`. */
export function readSwitch(text: string, name: string, place: Place): boolean {
  if (/^(?:1|t|true)$/i.test(text)) return true;
  if (/^(?:0|f|false)$/i.test(text)) return false;
  throw dockerfileError(place, `${name} is ${JSON.stringify(text)}`, "Expected true or false.");
}
