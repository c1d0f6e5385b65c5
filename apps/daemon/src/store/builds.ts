import { BuildOptions, BuiltBundle } from "@gantry/protocol";
import { bytes, type Database, text } from "./database.ts";

/** The last build of one source, and everything that it depended on. */
export interface BuildRow {
  readonly fingerprint: string;
  /** Name of each input to its digest, to tell what changed. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly record: BuiltBundle;
  readonly bundleBytes: Uint8Array;
  /** What the user asked for, without the values of secrets and without what counts for one build only. */
  readonly options: BuildOptions;
  /** When. */
  readonly built: string;
}

/** What was built last, by source; and the digests of files that have not changed since. */
export class Builds {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(source: string): BuildRow | undefined {
    const row = this.#database.get("SELECT * FROM build WHERE source = ?", source);
    if (row === undefined) return undefined;
    return {
      fingerprint: text(row, "fingerprint"),
      inputs: JSON.parse(text(row, "inputs")) as Record<string, string>,
      record: BuiltBundle.parse(JSON.parse(text(row, "record"))),
      bundleBytes: bytes(row, "bundle"),
      options: BuildOptions.parse(JSON.parse(text(row, "options"))),
      built: text(row, "created"),
    };
  }

  /** Sources that were built, the latest first, as the store names them. */
  list(
    limit: number,
  ): readonly { readonly source: string; readonly built: string; readonly record: BuiltBundle }[] {
    const rows = this.#database.all(
      "SELECT source, record, created FROM build ORDER BY created DESC LIMIT ?",
      limit,
    );
    return rows.map((row) => ({
      source: text(row, "source"),
      built: text(row, "created"),
      record: BuiltBundle.parse(JSON.parse(text(row, "record"))),
    }));
  }

  put(source: string, row: BuildRow): void {
    const { fingerprint, inputs, record, bundleBytes, options, built } = row;
    this.#database.run(
      "INSERT OR REPLACE INTO build VALUES (?, ?, ?, ?, ?, ?, ?)",
      source,
      fingerprint,
      JSON.stringify(inputs),
      JSON.stringify(record),
      bundleBytes,
      JSON.stringify(lasting(options)),
      built,
    );
  }

  /** The digest that a file of this path and stat had. */
  knownDigest(path: string, stat: string): string | undefined {
    const row = this.#database.get("SELECT stat, digest FROM file_digest WHERE path = ?", path);
    return row !== undefined && text(row, "stat") === stat ? text(row, "digest") : undefined;
  }

  rememberDigest(path: string, stat: string, digest: string): void {
    this.#database.run("INSERT OR REPLACE INTO file_digest VALUES (?, ?, ?)", path, stat, digest);
  }
}

/** What a later build of the same source starts from. */
function lasting(options: BuildOptions): BuildOptions {
  const secrets = options.secrets.map(({ id, file }) =>
    file === undefined ? { id } : { id, file },
  );
  return { ...options, secrets, force: false, noCache: false, pull: false };
}
