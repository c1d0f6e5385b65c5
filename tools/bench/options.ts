import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reasonOf } from "./errors.ts";
import type { Row } from "./row.ts";
import { ROWS } from "./rows.ts";

const GROUPS = [...new Set(ROWS.map(({ group }) => group))];

/** How to call it. */
export const USAGE = `Usage: npm run bench -- [OPTION...]

Measures Gantry beside what it is held against, in turns, and prints one table. No number fails it: the exit code is 1
only when something could not be measured that should have been.

  --only NAME,...   ${GROUPS.join(" ")} (default: all)
  --pairs N         how often each side is timed (default: 15)
  --json FILE       write the numbers there, too
  --bundle DIR      the bundle that is built and installed (default: examples/hello)
  --no-build        measure the programs that were built last
`;

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const DEFAULT_PAIRS = 15;

export interface Options {
  readonly rows: readonly Row[];
  readonly pairs: number;
  readonly json: string | undefined;
  readonly bundle: string;
  readonly needsBuild: boolean;
}

/** Reads the command line; gives what is wrong with it as text. */
export function readOptions(argv: readonly string[]): Options | string {
  try {
    return toOptions(argv);
  } catch (error) {
    return reasonOf(error);
  }
}

function toOptions(argv: readonly string[]): Options | string {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: "string", default: GROUPS.join() },
      pairs: { type: "string", default: String(DEFAULT_PAIRS) },
      json: { type: "string" },
      bundle: { type: "string", default: join(ROOT, "examples", "hello") },
      "no-build": { type: "boolean", default: false },
    },
  });
  const only = values.only.split(",");
  const unknown = only.find((name) => !GROUPS.includes(name));
  if (unknown !== undefined) return `--only: expected some of ${GROUPS.join(", ")}, got ${unknown}`;
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1)
    return `--pairs: expected a whole number above 0, got ${values.pairs}`;
  return {
    rows: ROWS.filter(({ group }) => only.includes(group)),
    pairs,
    json: values.json,
    bundle: resolve(values.bundle),
    needsBuild: !values["no-build"],
  };
}
