import { DatabaseSync } from "node:sqlite";
import { Fault } from "./fault.ts";

/** Holds a home for one process: a file lock of the system's, which goes when the process goes, however it ends. */
export class HomeLock implements Disposable {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Throws `busy` when another process holds the home. */
  static acquire(path: string): HomeLock {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
      return new HomeLock(database);
    } catch (cause) {
      database.close();
      if (!isLocked(cause)) throw cause;
      throw new Fault("busy", `Another daemon holds ${path}.`, {
        hint: "Use that daemon, or stop it with `gantry daemon stop`.",
        cause,
      });
    }
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

const SQLITE_BUSY = 5;

function isLocked(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
