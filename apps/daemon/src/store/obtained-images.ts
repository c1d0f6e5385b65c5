import type { BrokerOwner, ImageRecords } from "@gantry/broker";
import { type Database, text } from "./database.ts";

/** What images drivers and bundles came by through their filtered sockets, other than by building them. */
export class ObtainedImages {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those of one owner in one engine, by the path of its socket. */
  of(owner: BrokerOwner, engine: string): ImageRecords {
    const database = this.#database;
    const whose = [keyOf(owner), engine] as const;
    return {
      list: () =>
        database
          .all("SELECT * FROM obtained_image WHERE owner = ? AND engine = ?", ...whose)
          .map((row) => ({ id: text(row, "image"), isNew: row["is_new"] === 1 })),
      add: ({ id, isNew }) =>
        database.run(
          `INSERT INTO obtained_image VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET is_new = max(is_new, excluded.is_new)`,
          ...whose,
          id,
          isNew ? 1 : 0,
        ),
      remove: (ids) => {
        for (const id of ids)
          database.run(
            "DELETE FROM obtained_image WHERE owner = ? AND engine = ? AND image = ?",
            ...whose,
            id,
          );
      },
    };
  }

  /** The owner is gone: who is called so next has nothing of it. */
  forget(owner: BrokerOwner): void {
    this.#database.run("DELETE FROM obtained_image WHERE owner = ?", keyOf(owner));
  }
}

function keyOf({ kind, name }: BrokerOwner): string {
  return `${kind}/${name}`;
}
