import { randomUUID } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { Fault } from "../fault.ts";
import { MIGRATIONS } from "./schema.ts";

export type Row = Readonly<Record<string, SQLOutputValue>>;
type Value = string | number | bigint | null | Uint8Array;

/** The daemon's one SQLite database. Statements are prepared once; writes of one change go together. */
export class Database implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    // Made private first: the files that SQLite keeps beside it get the same mode.
    closeSync(openSync(path, "a", 0o600));
    this.#database = new DatabaseSync(path, { timeout: 2_000, enableForeignKeyConstraints: true });
    this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    this.#migrate(path);
  }

  run(sql: string, ...values: Value[]): void {
    this.#prepare(sql).run(...values);
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#prepare(sql).all(...values);
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#prepare(sql).get(...values);
  }

  /** All of `change` or none of it. */
  transaction<Result>(change: () => Result): Result {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = change();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** A name for this home, the same for ever: who owns the runs that its daemons start. */
  get owner(): string {
    return text(this.get("SELECT value FROM meta WHERE key = 'owner'"), "value");
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  #migrate(path: string): void {
    const version = Number(this.get("PRAGMA user_version")?.["user_version"] ?? 0);
    if (version === MIGRATIONS.length) return;
    if (version > MIGRATIONS.length) {
      throw new Fault(
        "config-invalid",
        `${path} was written by a newer Gantry (schema ${version}).`,
        {
          hint: "Update Gantry, or point GANTRY_HOME elsewhere.",
        },
      );
    }
    this.transaction(() => {
      for (const migration of MIGRATIONS.slice(version)) this.#database.exec(migration);
      if (version === 0)
        this.run("INSERT INTO meta (key, value) VALUES ('owner', ?)", randomUUID());
      this.#database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    });
  }
}

/** A column that is text. */
export function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value === "string") return value;
  throw new Fault("internal", `The database has no text in column ${column}.`, {
    hint: "The database is damaged; restore state.db from a backup.",
  });
}

/** A column that is text or empty. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** A column that holds bytes. */
export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new Fault("internal", `The database has no bytes in column ${column}.`, {
    hint: "The database is damaged; restore state.db from a backup.",
  });
}
