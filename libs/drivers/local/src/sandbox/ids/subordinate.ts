import { readFile } from "node:fs/promises";

/** Ids of this machine that a user may hand to the sandboxes it makes (subuid(5)). */
export interface SubordinateRange {
  readonly start: number;
  readonly count: number;
}

/** The ranges that a file of the form of /etc/subuid gives to a user, by name or number. A missing file gives none. */
export async function readSubordinates(
  file: string,
  user: { readonly uid: number; readonly name: string | undefined },
): Promise<SubordinateRange[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return parseSubordinates(text, [
    String(user.uid),
    ...(user.name === undefined ? [] : [user.name]),
  ]);
}

/** Reads `name:start:count` lines; lines of others and lines that are not of that form are passed over. */
export function parseSubordinates(text: string, names: readonly string[]): SubordinateRange[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", start = "", count = "", ...rest] = line.trim().split(":");
    const isRange = /^\d+$/.test(start) && /^[1-9]\d*$/.test(count) && rest.length === 0;
    return isRange && names.includes(name) ? [{ start: Number(start), count: Number(count) }] : [];
  });
}
