import { StringDecoder } from "node:string_decoder";
import { cleanText, shortText } from "@gantry/driver-api";

/** What is kept of what a driver prints. */
const KEPT = { lines: 50, length: 500 } as const;
/** Lines a second that go on to the log. */
const LOGGED_LINES = 50;

/** The last lines that a driver printed on stderr, cleaned. They are text and nothing else: no line of it is ever read as a message. */
export class StderrTail {
  readonly #log: (text: string) => void;
  readonly #lines: string[] = [];
  #decoder = new StringDecoder("utf8");
  #rest = "";
  #window = { startMs: 0, lines: 0, left: 0 };

  /** `before` is what is known of an earlier process. */
  constructor(log: (text: string) => void, before: readonly string[] = []) {
    this.#log = log;
    this.#lines.push(...before);
  }

  get lines(): readonly string[] {
    const rest = line(this.#rest);
    return rest === "" ? [...this.#lines] : [...this.#lines, rest];
  }

  push(bytes: Buffer): void {
    const parts = (this.#rest + this.#decoder.write(bytes)).split("\n");
    this.#rest = (parts.pop() ?? "").slice(0, 2 * KEPT.length);
    const shown = parts.slice(-LOGGED_LINES - KEPT.lines).map(line);
    this.#window.left += parts.length - shown.length;
    for (const text of shown) if (text !== "") this.#add(text);
  }

  /** Another process begins. */
  begin(): void {
    this.#decoder = new StringDecoder("utf8");
    this.#rest = "";
    this.#lines.length = 0;
  }

  #add(text: string): void {
    this.#lines.push(text);
    if (this.#lines.length > KEPT.lines) this.#lines.shift();
    const now = Date.now();
    if (now - this.#window.startMs > 1_000) this.#openWindow(now);
    this.#window.lines += 1;
    if (this.#window.lines <= LOGGED_LINES) this.#log(text);
    else this.#window.left += 1;
  }

  #openWindow(startMs: number): void {
    const { left } = this.#window;
    if (left > 0) this.#log(`(${left} more lines, too many for the log)`);
    this.#window = { startMs, lines: 0, left: 0 };
  }
}

function line(text: string): string {
  return shortText(cleanText(text).trimEnd(), KEPT.length);
}
