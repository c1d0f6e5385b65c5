import { dirname } from "node:path";
import type { PlacedFile } from "../spec.ts";

/** Files that are put into one directory with one command. */
export interface FileGroup {
  /** Directory in the sandbox. */
  readonly dir: string;
  /** Directory of the stage that holds them meanwhile. */
  readonly stage: string;
  /** Stay on the stage, which is in memory, and are bound to their places. */
  readonly sensitive: boolean;
  readonly files: readonly PlacedFile[];
}

/** Puts files that go the same way together. */
export function groupFiles(files: readonly PlacedFile[]): FileGroup[] {
  const groups = new Map<string, PlacedFile[]>();
  for (const file of files) {
    const key = `${file.sensitive ? "s" : "p"}${dirname(file.path)}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups].map(([key, held], index) => ({
    dir: key.slice(1),
    stage: `files/${index}`,
    sensitive: key.startsWith("s"),
    files: held,
  }));
}
