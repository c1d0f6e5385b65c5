/** What stands in the place of a secret. */
export const MASK = "*******";

/** Longer values are masked line by line, so that looking for them stays cheap. */
const LONGEST_WHOLE = 64 * 1024;
const SHORTEST_LINE = 8;
const MOST_LINES = 1000;

/** The values that must not be printed. They are compared byte by byte. */
export class Secrets {
  readonly #values = new Set<string>();
  #pattern: RegExp | undefined;

  /** Blank values are not secrets. A value of many lines is also masked by its lines. */
  add(value: string | Buffer): void {
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    const text = bytes.toString("latin1");
    const whole = [text, text.trimEnd()].filter(({ length }) => length <= LONGEST_WHOLE);
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    const parts = lines.length > 1 ? lines.slice(0, MOST_LINES).filter(isLong) : [];
    for (const part of [...whole, ...parts]) {
      if (part.trim() !== "" && part.length <= LONGEST_WHOLE) this.#values.add(part);
    }
    this.#pattern = undefined;
  }

  /** Adds every text and number inside a value, and its JSON. */
  addAll(value: unknown): void {
    if (typeof value === "string") this.add(value);
    else if (typeof value === "number") this.add(String(value));
    else if (typeof value === "object" && value !== null) {
      this.add(JSON.stringify(value));
      for (const item of Object.values(value)) this.addAll(item);
    }
  }

  /** Replaces what begins before `limit`; says how far it got, which may be beyond. */
  mask(text: string, limit: number): { readonly masked: string; readonly end: number } {
    if (this.#values.size === 0) return { masked: text.slice(0, limit), end: limit };
    const parts: string[] = [];
    let end = 0;
    for (const match of text.matchAll(this.#regExp())) {
      if (match.index >= limit) break;
      parts.push(text.slice(end, match.index), MASK);
      end = match.index + match[0].length;
    }
    const rest = Math.max(end, limit);
    parts.push(text.slice(end, rest));
    return { masked: parts.join(""), end: rest };
  }

  /** Where the shortest end of `text` begins that holds every secret that is not yet complete. */
  safeLength(text: string): number {
    let safe = text.length;
    for (const value of this.#values) {
      safe = Math.min(safe, beginOf(value, text));
    }
    return safe;
  }

  #regExp(): RegExp {
    if (this.#pattern !== undefined) return this.#pattern;
    const longestFirst = [...this.#values].toSorted((a, b) => b.length - a.length);
    const pattern = new RegExp(longestFirst.map((value) => RegExp.escape(value)).join("|"), "g");
    this.#pattern = pattern;
    return pattern;
  }
}

function isLong(line: string): boolean {
  return line.length >= SHORTEST_LINE;
}

/** The first place from which the rest of `text` is the beginning of `value`, but not all of it. */
function beginOf(value: string, text: string): number {
  const first = value.charAt(0);
  let at = text.indexOf(first, Math.max(0, text.length - value.length + 1));
  while (at >= 0) {
    if (value.startsWith(text.slice(at))) return at;
    at = text.indexOf(first, at + 1);
  }
  return text.length;
}

/** Masks a stream of bytes, however it is cut into pieces. */
export class MaskingStream {
  readonly #secrets: Secrets;
  #held = "";

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** What may be printed now. The beginning of what might be a secret is kept back. */
  push(bytes: Buffer): Buffer {
    const text = this.#held + bytes.toString("latin1");
    const { masked, end } = this.#secrets.mask(text, this.#secrets.safeLength(text));
    this.#held = text.slice(end);
    return Buffer.from(masked, "latin1");
  }

  /** What was kept back and turned out to be no secret. */
  end(): Buffer {
    const { masked } = this.#secrets.mask(this.#held, this.#held.length);
    this.#held = "";
    return Buffer.from(masked, "latin1");
  }
}
