import { oneLine } from "../failure-lines.ts";

type Labels = Readonly<Record<string, string>>;

/** How a search for a label begins: `label:team=web`, or `label:team` whatever its value. */
export const LABEL = "label";

/** Labels in a line. */
export function labelsOf(labels: Labels): string {
  return oneLine(wordsOf(labels).join(" "));
}

function wordsOf(labels: Labels): readonly string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}

/** The label that a search is for, `KEY=VALUE` or as much of it as was typed; `undefined`: it is for a text. */
export function wantedLabel(query: string): string | undefined {
  return query.startsWith(`${LABEL}:`) ? query.slice(LABEL.length + 1) : undefined;
}

/** Whether one of the labels is the wanted one, or has its key when no value is wanted. While it is being typed a key's beginning counts. */
export function hasLabel(labels: Labels, wanted: string): boolean {
  return wanted.includes("=")
    ? wordsOf(labels).includes(wanted)
    : Object.keys(labels).some((name) => name.startsWith(wanted));
}

/** Every label there is, and how many installations have it; in the order of their names. */
export function countLabels(
  installations: readonly { readonly labels: Labels }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { labels } of installations)
    for (const word of wordsOf(labels)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map([...counts].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
