import { dockerfileError, type Place } from "../errors.ts";
import { findHeredocs, type Heredoc, type HeredocStart } from "./heredoc.ts";

/** One instruction as it stands: continuation lines joined, comments gone, here-documents attached. */
export interface LogicalLine {
  /** Line of its first character, from 1. */
  readonly line: number;
  readonly text: string;
  readonly heredocs: readonly Heredoc[];
}

export interface Directives {
  readonly escape: string;
}

const DIRECTIVE = /^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/;
const TAKES_HEREDOC = /^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i;

/** Reads the parser directives at the top. `syntax` is ignored: there is one frontend. Throws for a wrong `escape`. */
export function readDirectives(text: string, path: string): Directives {
  let escape = "\\";
  for (const [index, line] of toLines(text).entries()) {
    const match = DIRECTIVE.exec(line.trim());
    if (match === null) break;
    if (match[1]?.toLowerCase() !== "escape") continue;
    escape = match[2] ?? "";
    if (escape !== "\\" && escape !== "`") {
      const place = { path, line: index + 1 };
      throw dockerfileError(
        place,
        `escape directive ${JSON.stringify(escape)}`,
        "Expected \\ or `.",
      );
    }
  }
  return { escape };
}

/** Cuts a Dockerfile into instructions by the rules of BuildKit's line parser. */
export function readLines(text: string, path: string, escape: string): LogicalLine[] {
  return new LineReader(toLines(text), path, escape).all();
}

function toLines(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return lines.map((line) => line.replace(/\r$/, ""));
}

const isComment = (line: string) => /^\s*#/.test(line);

class LineReader {
  readonly #lines: readonly string[];
  readonly #path: string;
  readonly #continuation: RegExp;
  #at = 0;

  constructor(lines: readonly string[], path: string, escape: string) {
    this.#lines = lines;
    this.#path = path;
    const mark = RegExp.escape(escape);
    this.#continuation = new RegExp(`(^|[^${mark}])${mark}[ \\t]*$`);
  }

  all(): LogicalLine[] {
    const found: LogicalLine[] = [];
    while (this.#at < this.#lines.length) {
      const first = this.#lines[this.#at] ?? "";
      if (first.trim() === "" || isComment(first)) this.#at += 1;
      else found.push(this.#instruction());
    }
    return found.filter((line) => line.text !== "");
  }

  #instruction(): LogicalLine {
    const line = this.#at + 1;
    const text = this.#joined().trim();
    const starts = TAKES_HEREDOC.test(text) ? findHeredocs(text) : [];
    const place = { path: this.#path, line };
    return { line, text, heredocs: starts.map((start) => this.#heredoc(start, place)) };
  }

  #joined(): string {
    let text = "";
    let open = true;
    for (let first = true; open && this.#at < this.#lines.length; first = false) {
      const line = this.#lines[this.#at] ?? "";
      this.#at += 1;
      if (!first && (line.trim() === "" || isComment(line))) continue;
      open = this.#continuation.test(line);
      text += open ? line.replace(this.#continuation, "$1") : line;
    }
    return text;
  }

  #heredoc(start: HeredocStart, place: Place): Heredoc {
    let content = "";
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at] ?? "";
      this.#at += 1;
      if ((start.chomp ? line.replace(/^\t+/, "") : line) === start.name)
        return { ...start, content };
      content += `${line}\n`;
    }
    throw dockerfileError(
      place,
      `the here-document ${start.name} does not end`,
      `Put a line with ${start.name} alone after its text.`,
    );
  }
}
