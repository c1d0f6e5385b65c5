const SEGMENTER = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a person takes for the characters of a text. */
export function graphemes(text: string): readonly string[] {
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

/** Code units around a place that are looked at: more than any character of a language has. */
const NEAR = 256;

/** The character that ends before `at`; empty at the beginning. */
export function graphemeBefore(text: string, at: number): string {
  const near = text.slice(Math.max(0, at - NEAR), at);
  return near === "" ? "" : (SEGMENTER.segment(near).containing(near.length - 1)?.segment ?? "");
}

/** The character that begins at `at`; empty at the end. */
export function graphemeAfter(text: string, at: number): string {
  return SEGMENTER.segment(text.slice(at, at + NEAR)).containing(0)?.segment ?? "";
}
