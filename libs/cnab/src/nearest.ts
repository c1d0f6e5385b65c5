/**
 * The candidate that `word` most likely meant, for "did you mean ...?"; `undefined` when none is close.
 * Case is ignored; a third of the letters may differ, at least one and at most three.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const allowed = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  const ranked = [...candidates]
    .map((candidate) => ({ candidate, distance: distanceBetween(word, candidate) }))
    .filter(({ distance }) => distance <= allowed)
    .toSorted((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate));
  return ranked[0]?.candidate;
}

/** "Did you mean X?" when something is near, otherwise the whole choice, otherwise what `none` says. */
export function suggestion(word: string, candidates: Iterable<string>, none: string): string {
  const all = [...candidates];
  const near = nearest(word, all);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return all.length === 0 ? none : `Known are: ${all.toSorted().join(", ")}.`;
}

/** Optimal string alignment distance: insertions, deletions, replacements, neighbours swapped. */
function distanceBetween(left: string, right: string): number {
  const a = Array.from(left.toLowerCase());
  const b = Array.from(right.toLowerCase());
  const table = Array.from({ length: a.length + 1 }, (_, row) => [row]);
  const at = (row: number, column: number) => table[row]?.[column] ?? Math.max(row, column);
  for (let column = 1; column <= b.length; column += 1) table[0]?.push(column);
  for (let row = 1; row <= a.length; row += 1) {
    for (let column = 1; column <= b.length; column += 1) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const steps = [
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + change,
      ];
      if (swapped && row > 1 && column > 1) steps.push(at(row - 2, column - 2) + 1);
      table[row]?.push(Math.min(...steps));
    }
  }
  return at(a.length, b.length);
}
