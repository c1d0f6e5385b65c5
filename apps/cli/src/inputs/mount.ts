import { isAbsolute, resolve } from "node:path";
import { UsageError } from "../command-line/usage-error.ts";

/** A directory of the host in the bundle's container. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Reads `HOST:TARGET[:ro|rw]`; read-only unless it says `rw`. Throws `UsageError`. */
export function readMount(word: string, cwd: string): Mount {
  const [source = "", target = "", mode = "ro", ...rest] = word.split(":");
  if (source === "" || target === "" || rest.length > 0) throw bad(word, "expected two paths");
  if (!isAbsolute(target)) throw bad(word, `the target "${target}" is not absolute`);
  if (mode !== "ro" && mode !== "rw") throw bad(word, `the mode is "${mode}"; expected ro or rw`);
  return { source: resolve(cwd, source), target, readOnly: mode === "ro" };
}

function bad(word: string, why: string): UsageError {
  return new UsageError(`--mount-host-volume is "${word}": ${why}.`, {
    hint: "Write --mount-host-volume HOST:TARGET[:ro|rw], as in $PWD:/work:ro.",
  });
}
