import type { Delimiters } from "@gantry/manifest";

/** One word of a command line. */
export interface Word {
  readonly text: string;
  /** Begins with a quote, so it stays even when empty. */
  readonly quoted: boolean;
}

/**
 * Cuts a flag's text into words at blanks. Quotes that open a word are removed, others stay; both keep blanks
 * together. A backslash makes the next blank, quote or backslash ordinary. A template tag is never cut, and its
 * value never becomes more words. With a quote that does not end, the text is one word as it stands.
 */
export function splitWords(text: string, delimiters: Delimiters): readonly Word[] {
  const reader = new WordReader(text, delimiters);
  return reader.read() ?? [{ text, quoted: false }];
}

class WordReader {
  readonly #text: string;
  readonly #delimiters: Delimiters;
  #at = 0;

  constructor(text: string, delimiters: Delimiters) {
    this.#text = text;
    this.#delimiters = delimiters;
  }

  /** `undefined` when a quote does not end. */
  read(): readonly Word[] | undefined {
    const words: Word[] = [];
    while (this.#skipBlanks()) {
      const word = this.#word();
      if (word === undefined) return undefined;
      words.push(word);
    }
    return words;
  }

  #skipBlanks(): boolean {
    while (isBlank(this.#text[this.#at])) this.#at += 1;
    return this.#at < this.#text.length;
  }

  #word(): Word | undefined {
    const start = this.#at;
    const parts: string[] = [];
    while (this.#at < this.#text.length && !isBlank(this.#text[this.#at])) {
      const opens = this.#at === start;
      const part = this.#isQuote() ? this.#quotedPart(opens) : this.#plainPart();
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return { text: parts.join(""), quoted: isQuote(this.#text[start]) };
  }

  #isQuote(): boolean {
    return isQuote(this.#text[this.#at]);
  }

  #quotedPart(isRemoved: boolean): string | undefined {
    const quote = this.#text[this.#at] ?? "";
    this.#at += 1;
    const parts: string[] = [];
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] === quote) {
        this.#at += 1;
        return isRemoved ? parts.join("") : `${quote}${parts.join("")}${quote}`;
      }
      parts.push(this.#plainPart(quote));
    }
    return undefined;
  }

  /** One character, one escaped character, or one whole template tag. */
  #plainPart(quote?: string): string {
    const [open, close] = this.#delimiters;
    const end = this.#text.startsWith(open, this.#at) ? this.#text.indexOf(close, this.#at) : -1;
    if (end >= 0) return this.#take(this.#tagEnd(end + close.length) - this.#at);
    if (this.#text[this.#at] !== "\\") return this.#take(1);
    const next = this.#text[this.#at + 1] ?? "";
    const isEscape =
      quote === undefined
        ? isBlank(next) || isQuote(next) || next === "\\"
        : next === quote || next === "\\";
    if (!isEscape || quote === "'") return this.#take(1);
    this.#at += 1;
    return this.#take(1);
  }

  /** `${{ name }}` ends one brace later than `${name}`. */
  #tagEnd(end: number): number {
    const [open, close] = this.#delimiters;
    const isTriple = this.#text.startsWith("{", this.#at + open.length);
    return isTriple && this.#text.startsWith(close.charAt(0), end) ? end + 1 : end;
  }

  #take(length: number): string {
    const part = this.#text.slice(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}
