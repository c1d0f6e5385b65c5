import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { AuditEntry } from "@gantry/protocol";

/** Bytes of one file, and how many older ones are kept beside it. */
const FILE_BYTES = 4 * 1024 * 1024;
const OLDER = 4;

export interface AuditOptions {
  readonly fileBytes?: number;
  /** Hears what keeps an entry from being written. The calls themselves go on. */
  readonly onError: (error: unknown) => void;
}

export interface AuditFilter {
  readonly owner?: string | undefined;
  readonly verdict?: AuditEntry["verdict"] | undefined;
  readonly limit: number;
}

/**
 * What went through brokers, as JSON lines that are only ever appended to. An entry is in the file when `append` returns,
 * so that a killed daemon has written down whatever it let through. Full files are put aside, the oldest dropped.
 */
export class AuditLog implements Disposable {
  readonly #dir: string;
  readonly #options: AuditOptions;
  #file: number;
  #size: number;

  constructor(dir: string, options: AuditOptions) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#dir = dir;
    this.#options = options;
    this.#file = openSync(this.#path(0), "a", 0o600);
    this.#size = fstatSync(this.#file).size;
  }

  append(entry: AuditEntry): void {
    try {
      if (this.#size > (this.#options.fileBytes ?? FILE_BYTES)) this.#rotate();
      this.#size += writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** The latest entries that fit, the oldest of them first. What is older is not looked at. */
  read({ owner, verdict, limit }: AuditFilter): AuditEntry[] {
    const found: AuditEntry[] = [];
    for (const entry of this.#latestFirst()) {
      if (owner !== undefined && !isOf(entry, owner)) continue;
      if (verdict !== undefined && entry.verdict !== verdict) continue;
      found.push(entry);
      if (found.length >= limit) break;
    }
    return found.toReversed();
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  *#latestFirst(): Generator<AuditEntry> {
    for (let age = 0; age <= OLDER; age += 1) {
      for (const line of linesOf(this.#path(age)).toReversed()) {
        const parsed = AuditEntry.safeParse(toJson(line));
        if (parsed.success) yield parsed.data;
      }
    }
  }

  #rotate(): void {
    closeSync(this.#file);
    for (let age = OLDER; age > 0; age -= 1) {
      try {
        renameSync(this.#path(age - 1), this.#path(age));
      } catch {
        // There were not so many yet.
      }
    }
    this.#file = openSync(this.#path(0), "a", 0o600);
    this.#size = 0;
  }

  #path(age: number): string {
    return join(this.#dir, age === 0 ? "audit.jsonl" : `audit.${age}.jsonl`);
  }
}

/** A bundle is meant with its namespace or, when it has none, without a slash. */
function isOf({ owner: { name } }: AuditEntry, wanted: string): boolean {
  return name === wanted || name === `/${wanted}`;
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

/** A line that a full disk or a kill cut off is none. */
function toJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
