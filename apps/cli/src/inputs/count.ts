import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";

/** A whole number that an option gives; `undefined` when it was not given. */
export function readCount(given: Given, name: string, least: number): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= least && Number.isSafeInteger(count)) return count;
  throw new UsageError(`--${name} is "${text}"; expected a whole number of at least ${least}.`, {
    hint: `Write --${name} 10, for example.`,
  });
}
