import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SharedChanges } from "./host.ts";

interface SharedRecord extends SharedChanges {
  /** What was changed before the machine was started again is undone already. */
  readonly boot: string;
}

function isSharedRecord(value: unknown): value is SharedRecord {
  return typeof value === "object" && value !== null && "boot" in value && "restore" in value;
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** What the runs of one user changed together, kept in a file. The host lock must be held for all of it. */
export class SharedRecordFile {
  readonly #path: string;

  constructor(dir: string) {
    this.#path = join(dir, "host.json");
  }

  read(): SharedChanges {
    try {
      const record: unknown = JSON.parse(readFileSync(this.#path, "utf8"));
      if (isSharedRecord(record) && record.boot === bootId()) return record;
    } catch {
      // None has been written: nothing is changed.
    }
    return { restore: [] };
  }

  add({ restore }: SharedChanges): void {
    const record = { boot: bootId(), restore: [...this.read().restore, ...restore] };
    writeFileSync(`${this.#path}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }

  clear(): void {
    rmSync(this.#path, { force: true });
  }
}
