import { PathStat } from "../engine/answers.ts";
import { garbled } from "../errors.ts";

/** Something that a container has at a path. */
export interface PathFact {
  /** Permission bits. */
  readonly mode: number;
}

/** Bits of Go's file modes, and what they are in the system's own. */
const SPECIAL = [
  [2 ** 23, 0o4000],
  [2 ** 22, 0o2000],
  [2 ** 20, 0o1000],
] as const;

/** Reads the header in which Podman tells of a path: JSON in base64. */
export function readPathFact(header: string | readonly string[] | undefined): PathFact {
  try {
    const { mode } = PathStat.parse(JSON.parse(Buffer.from(String(header), "base64").toString()));
    const special = SPECIAL.filter(([bit]) => Math.floor(mode / bit) % 2 === 1);
    return { mode: special.reduce((sum, [, own]) => sum | own, mode % 0o1000) };
  } catch (cause) {
    throw garbled("header about a path", cause);
  }
}
