import { type Database, type Row, text } from "./database.ts";

/** The record of an installation; its state is derived from its claims and results. */
export interface InstallationRow {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly created: string;
  readonly modified: string;
}

export interface InstallationFilter {
  readonly namespace?: string;
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly skip: number;
  readonly limit?: number;
}

/** The installations of one home, unique by namespace and name. */
export class Installations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(namespace: string, name: string): InstallationRow | undefined {
    const row = this.#database.get(
      "SELECT * FROM installation WHERE namespace = ? AND name = ?",
      namespace,
      name,
    );
    return row === undefined ? undefined : toInstallation(row);
  }

  list({ namespace, name, labels, skip, limit }: InstallationFilter): InstallationRow[] {
    return this.#database
      .all("SELECT * FROM installation ORDER BY namespace, name")
      .map(toInstallation)
      .filter((row) => namespace === undefined || row.namespace === namespace)
      .filter((row) => name === undefined || row.name.includes(name))
      .filter((row) => Object.entries(labels).every(([key, value]) => row.labels[key] === value))
      .slice(skip, limit === undefined ? undefined : skip + limit);
  }

  /** The installation, made with that id when absent; labels are added to the ones it has. */
  ensure({
    id,
    namespace,
    name,
    labels,
  }: Pick<InstallationRow, "id" | "namespace" | "name" | "labels">): InstallationRow {
    const now = new Date().toISOString();
    const known = this.find(namespace, name);
    const merged = JSON.stringify({ ...known?.labels, ...labels });
    this.#database.run(
      `INSERT INTO installation (id, namespace, name, labels, created, modified) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (namespace, name) DO UPDATE SET labels = excluded.labels, modified = excluded.modified`,
      id,
      namespace,
      name,
      merged,
      now,
      now,
    );
    return (
      this.find(namespace, name) ?? { id, namespace, name, labels, created: now, modified: now }
    );
  }

  touch(id: string): void {
    this.#database.run(
      "UPDATE installation SET modified = ? WHERE id = ?",
      new Date().toISOString(),
      id,
    );
  }

  delete(id: string): void {
    this.#database.run("DELETE FROM installation WHERE id = ?", id);
  }
}

function toInstallation(row: Row): InstallationRow {
  return {
    id: text(row, "id"),
    namespace: text(row, "namespace"),
    name: text(row, "name"),
    labels: JSON.parse(text(row, "labels")) as Record<string, string>,
    created: text(row, "created"),
    modified: text(row, "modified"),
  };
}
