import { statSync } from "node:fs";

/** A program on disk, and what tells one build of it from the next. */
export interface ProgramStamp {
  readonly path: string;
  readonly stamp: string;
}

/** The stamp of the program at `path` as it is now: its size and when it was written. `undefined` when there is none. */
export function stampProgram(path: string): ProgramStamp | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : { path, stamp: `${found.size}-${found.mtimeMs}` };
}
