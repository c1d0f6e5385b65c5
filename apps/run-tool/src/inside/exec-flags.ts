import { type Delimiters, type Scope, renderNode, toText } from "@gantry/manifest";
import { splitWords } from "./word-split.ts";

export interface FlagOptions {
  readonly scope: Scope;
  readonly delimiters: Delimiters;
  /** The step, for errors. */
  readonly where: string;
}

/**
 * The arguments that an exec step's flags become: `-x` for a name of one letter, otherwise `--name`; a list repeats
 * the flag, null leaves it bare. Words are cut before templates are filled in.
 */
export function flagArguments(
  flags: readonly (readonly [name: string, value: unknown])[],
  options: FlagOptions,
): string[] {
  return flags.flatMap(([name, value]) => {
    const flag = name.length === 1 ? `-${name}` : `--${name}`;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((item) => [...words(flag, options), ...valueWords(item, options)]);
  });
}

function valueWords(value: unknown, options: FlagOptions): string[] {
  return value === null || value === undefined ? [] : words(toText(value), options);
}

function words(text: string, options: FlagOptions): string[] {
  return splitWords(text, options.delimiters).flatMap((word) => {
    const rendered = toText(renderNode(word.text, options.scope, options));
    return rendered === "" && !word.quoted ? [] : [rendered];
  });
}
