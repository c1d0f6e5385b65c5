import { Grant, type Power, PowerName } from "@gantry/protocol";
import { type Database, type Row, text } from "./database.ts";

/** The plan that was approved last: by a person who saw it, or by starting the run. */
export interface ApprovedPlan {
  readonly approved: string;
  /** What it touched, a line each. */
  readonly facts: readonly string[];
}

/** What installations were granted, and what was approved of them last. Goes with the installation. */
export class Grants {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(installationId: string): Grant[] {
    return this.#database
      .all(
        "SELECT * FROM installation_grant WHERE installation_id = ? ORDER BY power, value",
        installationId,
      )
      .map(toGrant);
  }

  /** Makes these the grants; one that was there keeps its date. */
  replace(installationId: string, grants: readonly Omit<Grant, "granted">[]): void {
    const known = this.of(installationId);
    const now = new Date().toISOString();
    this.#database.run("DELETE FROM installation_grant WHERE installation_id = ?", installationId);
    for (const { power, value, asker } of grants) {
      const before = known.find((one) => one.power === power && one.value === value);
      this.#database.run(
        "INSERT INTO installation_grant VALUES (?, ?, ?, ?, ?)",
        installationId,
        power,
        value,
        asker,
        before?.granted ?? now,
      );
    }
  }

  revoke(installationId: string, { power, value }: Power): void {
    this.#database.run(
      "DELETE FROM installation_grant WHERE installation_id = ? AND power = ? AND value = ?",
      installationId,
      power,
      value,
    );
  }

  approved(installationId: string): ApprovedPlan | undefined {
    const row = this.#database.get(
      "SELECT * FROM approved_plan WHERE installation_id = ?",
      installationId,
    );
    if (row === undefined) return undefined;
    return {
      approved: text(row, "approved"),
      facts: JSON.parse(text(row, "facts")) as string[],
    };
  }

  approve(installationId: string, facts: readonly string[]): void {
    this.#database.run(
      "INSERT OR REPLACE INTO approved_plan VALUES (?, ?, ?)",
      installationId,
      new Date().toISOString(),
      JSON.stringify(facts),
    );
  }
}

function toGrant(row: Row): Grant {
  return Grant.parse({
    power: PowerName.parse(text(row, "power")),
    value: text(row, "value"),
    asker: text(row, "asker"),
    granted: text(row, "granted"),
  });
}
