import { matchPrefix, matchSuffix, replacePattern } from "./pattern.ts";

/** Gives the value of a variable; `undefined` when it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface ExpandOptions {
  readonly lookup: Lookup;
  /** The escape character of the Dockerfile: `\` or a backtick. */
  readonly escape: string;
  /** Quotes are ordinary characters, as in the text of a here-document. */
  readonly literalQuotes?: boolean;
}

/** A word cannot be expanded: a quote or brace without its end, or an unknown modifier. */
export class ExpansionError extends Error {
  override readonly name = "ExpansionError";
}

/** Expands variables and takes quotes and escapes away, as BuildKit does with one word. Throws `ExpansionError`. */
export function expandWord(text: string, options: ExpandOptions): string {
  return new Expander(text, options)
    .run()
    .map((piece) => piece.text)
    .join("");
}

/** As `expandWord`, and splits at white space that is neither quoted nor escaped. */
export function expandWords(text: string, options: ExpandOptions): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const piece of new Expander(text, options).run()) {
    if (piece.raw) {
      word = (word ?? "") + piece.text;
      continue;
    }
    for (const char of piece.text) {
      if (!/\s/.test(char)) word = (word ?? "") + char;
      else if (word !== undefined) {
        words.push(word);
        word = undefined;
      }
    }
  }
  return word === undefined ? words : [...words, word];
}

/** `raw` text was quoted or escaped: its white space does not end a word. */
interface Piece {
  readonly text: string;
  readonly raw: boolean;
}

class Expander {
  readonly #text: string;
  readonly #options: ExpandOptions;
  #at = 0;

  constructor(text: string, options: ExpandOptions) {
    this.#text = text;
    this.#options = options;
  }

  run(): Piece[] {
    return this.#until(undefined, false);
  }

  /** Reads up to `stop` and past it. With `keepEscapes` an escape stays in front of what it escapes, for patterns. */
  #until(stop: string | undefined, keepEscapes: boolean): Piece[] {
    const pieces: Piece[] = [];
    while (this.#at < this.#text.length) {
      const char = this.#peek();
      if (char === stop) {
        this.#at += 1;
        return pieces;
      }
      pieces.push(this.#piece(char, keepEscapes));
    }
    if (stop !== undefined) throw new ExpansionError(`"${stop}" is missing in ${this.#quoted()}`);
    return pieces;
  }

  #piece(char: string, keepEscapes: boolean): Piece {
    if (char === "$") return { text: this.#dollar(), raw: false };
    if (this.#options.literalQuotes !== true) {
      if (char === "'") return { text: this.#single(), raw: true };
      if (char === '"') return { text: this.#double(), raw: true };
    }
    this.#at += 1;
    if (char !== this.#options.escape) return { text: char, raw: false };
    const escaped = this.#next();
    return { text: keepEscapes ? char + escaped : escaped, raw: true };
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new ExpansionError(`a single quote is not closed in ${this.#quoted()}`);
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inside;
  }

  #double(): string {
    this.#at += 1;
    let result = "";
    while (this.#at < this.#text.length) {
      const char = this.#peek();
      if (char === '"') {
        this.#at += 1;
        return result;
      }
      result += char === "$" ? this.#dollar() : this.#quotedChar();
    }
    throw new ExpansionError(`a double quote is not closed in ${this.#quoted()}`);
  }

  #quotedChar(): string {
    const char = this.#next();
    if (char !== this.#options.escape) return char;
    const following = this.#peek();
    return following === '"' || following === "$" || following === char ? this.#next() : char;
  }

  #dollar(): string {
    this.#at += 1;
    if (this.#peek() !== "{") {
      const name = this.#name();
      return name === "" ? "$" : (this.#options.lookup(name) ?? "");
    }
    this.#at += 1;
    const name = this.#name();
    if (name === "")
      throw new ExpansionError(`a variable name is missing after \${ in ${this.#quoted()}`);
    return this.#modified(name, this.#options.lookup(name));
  }

  #modified(name: string, value: string | undefined): string {
    const operator = this.#next();
    if (operator === "}") return value ?? "";
    if (operator === "#" || operator === "%") return this.#trimmed(value ?? "", operator);
    if (operator === "/") return this.#replaced(value ?? "");
    const colon = operator === ":";
    const modifier = colon ? this.#next() : operator;
    if (!["-", "+", "?"].includes(modifier)) this.#badModifier(name, operator, modifier);
    const word = this.#joined("}", false);
    const present = colon ? (value ?? "") !== "" : value !== undefined;
    if (modifier === "-") return present ? (value ?? "") : word;
    if (modifier === "+") return present ? word : "";
    if (!present) throw new ExpansionError(`${name}: ${word === "" ? "is not set" : word}`);
    return value ?? "";
  }

  #badModifier(name: string, operator: string, modifier: string): never {
    if (operator === "") throw new ExpansionError(`"}" is missing in ${this.#quoted()}`);
    const shown = operator === ":" ? `:${modifier}` : modifier;
    throw new ExpansionError(`unknown modifier "${shown}" after \${${name} in ${this.#quoted()}`);
  }

  #trimmed(value: string, operator: string): string {
    const longest = this.#peek() === operator;
    if (longest) this.#at += 1;
    const pattern = this.#joined("}", true);
    const match = operator === "#" ? matchPrefix : matchSuffix;
    return match(value, pattern, longest);
  }

  #replaced(value: string): string {
    const all = this.#peek() === "/";
    if (all) this.#at += 1;
    const pattern = this.#joined("/", true);
    return replacePattern(value, pattern, { all, by: this.#joined("}", false) });
  }

  #joined(stop: string, keepEscapes: boolean): string {
    return this.#until(stop, keepEscapes)
      .map((piece) => piece.text)
      .join("");
  }

  #name(): string {
    const match = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#])/.exec(this.#text.slice(this.#at));
    this.#at += match?.[0].length ?? 0;
    return match?.[0] ?? "";
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #next(): string {
    const char = this.#peek();
    this.#at += 1;
    return char;
  }

  #quoted(): string {
    return JSON.stringify(this.#text);
  }
}
