import { z } from "zod";
import { type Database, text } from "./database.ts";

/** How a driver's process has fared: what a later daemon has to know of it. */
export const CrashesOnRecord = z.object({
  isQuarantined: z.boolean(),
  /** The oldest first; times in milliseconds since 1970. */
  crashes: z.array(z.object({ reason: z.string(), atMs: z.number() })),
  /** What it printed last on stderr. */
  lastStderr: z.array(z.string()),
});
export type CrashesOnRecord = z.infer<typeof CrashesOnRecord>;

/** Crashes of drivers' processes by endpoint, so that quarantine outlives the daemon. */
export class DriverCrashes {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of exactly this driver, with these options: what another one did is not held against it. */
  find(endpoint: string, driver: string): CrashesOnRecord | undefined {
    const row = this.#database.get(
      "SELECT record FROM driver_crashes WHERE endpoint = ? AND driver = ?",
      endpoint,
      driver,
    );
    if (row === undefined) return undefined;
    return CrashesOnRecord.safeParse(JSON.parse(text(row, "record"))).data;
  }

  keep(endpoint: string, driver: string, record: CrashesOnRecord): void {
    this.#database.run(
      "INSERT OR REPLACE INTO driver_crashes VALUES (?, ?, ?)",
      endpoint,
      driver,
      JSON.stringify(record),
    );
  }

  forget(endpoint: string): void {
    this.#database.run("DELETE FROM driver_crashes WHERE endpoint = ?", endpoint);
  }
}
