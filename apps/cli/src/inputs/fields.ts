import { UsageError } from "../command-line/usage-error.ts";

/** Reads `key=value,key=value`. Throws `UsageError` that names the flag and what is wrong. */
export function readFields(flag: string, word: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of word.split(",")) {
    const at = part.indexOf("=");
    if (at <= 0) throw bad(flag, `"${part}" is not of the form key=value`);
    const key = part.slice(0, at);
    if (fields.has(key)) throw bad(flag, `"${key}" is there twice`);
    fields.set(key, part.slice(at + 1));
  }
  return fields;
}

function bad(flag: string, why: string): UsageError {
  return new UsageError(`A value of ${flag} is not valid: ${why}.`, {
    hint: `Write ${flag} key=value,key=value.`,
  });
}
