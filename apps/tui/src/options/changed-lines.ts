/** Lines compared at most; of a longer change only the beginning and the end are found. */
const MOST = 400;

/** What a change takes out of a text and puts in, line by line, as `- ` and `+ `. */
export function changedLines(before: string, after: string): readonly string[] {
  const [old, young] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, young.length) - start;
  while (end < most && old.at(-1 - end) === young.at(-1 - end)) end += 1;
  return between(old.slice(start, old.length - end), young.slice(start, young.length - end));
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** The longest common subsequence stays; the rest goes or comes. */
function between(old: readonly string[], young: readonly string[]): readonly string[] {
  if (old.length > MOST || young.length > MOST)
    return [...old.map((one) => `- ${one}`), ...young.map((one) => `+ ${one}`)];
  const common = lengths(old, young);
  const lines: string[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < young.length) {
    if (at < old.length && to < young.length && old[at] === young[to]) {
      at += 1;
      to += 1;
    } else if (
      to >= young.length ||
      (at < old.length && below(common, at, to) >= beside(common, at, to))
    ) {
      lines.push(`- ${old[at] ?? ""}`);
      at += 1;
    } else {
      lines.push(`+ ${young[to] ?? ""}`);
      to += 1;
    }
  }
  return lines;
}

type Lengths = readonly (readonly number[])[];

function below(common: Lengths, at: number, to: number): number {
  return common[at + 1]?.[to] ?? 0;
}

function beside(common: Lengths, at: number, to: number): number {
  return common[at]?.[to + 1] ?? 0;
}

/** How many lines the rests from each place on have in common. */
function lengths(old: readonly string[], young: readonly string[]): Lengths {
  const table = Array.from({ length: old.length + 1 }, () =>
    Array.from({ length: young.length + 1 }, () => 0),
  );
  for (let at = old.length - 1; at >= 0; at -= 1) {
    const row = table[at] ?? [];
    for (let to = young.length - 1; to >= 0; to -= 1) {
      const isSame = old[at] === young[to];
      row[to] = isSame
        ? 1 + (table[at + 1]?.[to + 1] ?? 0)
        : Math.max(below(table, at, to), beside(table, at, to));
    }
  }
  return table;
}
