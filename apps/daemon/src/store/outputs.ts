import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Cipher } from "./cipher.ts";
import { bytes, type Database, optionalText, type Row, text } from "./database.ts";

/** Bytes up to which an output lives in the database. */
const IN_DATABASE = 256 * 1024;

export interface StoredOutput {
  readonly claimId: string;
  readonly name: string;
  readonly sensitive: boolean;
  readonly size: number;
}

/** Outputs of runs. Small ones are rows, large ones files; sensitive ones are encrypted either way. */
export class Outputs {
  readonly #database: Database;
  readonly #cipher: Cipher;
  readonly #dir: string;

  constructor(database: Database, cipher: Cipher, dir: string) {
    this.#database = database;
    this.#cipher = cipher;
    this.#dir = dir;
  }

  put(output: StoredOutput, content: Uint8Array): void {
    const { claimId, name, sensitive, size } = output;
    const stored = sensitive ? this.#cipher.encrypt(content, `${claimId}/${name}`) : content;
    const file = stored.length > IN_DATABASE ? this.#write(claimId, name, stored) : null;
    this.#database.run(
      "INSERT OR REPLACE INTO output VALUES (?, ?, ?, ?, ?, ?)",
      claimId,
      name,
      sensitive ? 1 : 0,
      size,
      file === null ? stored : null,
      file,
    );
  }

  /** The latest output of each name, over all runs of an installation. */
  latest(installationId: string): StoredOutput[] {
    const rows = this.#database.all(
      `SELECT claim_id, name, sensitive, size FROM output JOIN claim ON claim.id = output.claim_id
       WHERE claim.installation_id = ? ORDER BY claim.id`,
      installationId,
    );
    return [...new Map(rows.map((row) => [text(row, "name"), toOutput(row)])).values()];
  }

  of(claimId: string): StoredOutput[] {
    return this.#database
      .all(
        "SELECT claim_id, name, sensitive, size FROM output WHERE claim_id = ? ORDER BY name",
        claimId,
      )
      .map(toOutput);
  }

  read({ claimId, name, sensitive }: StoredOutput): Uint8Array {
    const row =
      this.#database.get("SELECT * FROM output WHERE claim_id = ? AND name = ?", claimId, name) ??
      {};
    const file = optionalText({ file: null, ...row }, "file");
    const stored = file === undefined ? bytes(row, "content") : readFileSync(join(this.#dir, file));
    return sensitive ? this.#cipher.decrypt(stored, `${claimId}/${name}`) : stored;
  }

  /** Removes the files of a claim's outputs; the rows go with the claim. */
  forget(claimId: string): void {
    rmSync(join(this.#dir, claimId), { recursive: true, force: true });
  }

  #write(claimId: string, name: string, content: Uint8Array): string {
    const file = join(claimId, createHash("sha256").update(name).digest("hex"));
    mkdirSync(join(this.#dir, claimId), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(join(this.#dir, file), content, { mode: 0o600, flush: true });
    } catch (error) {
      // What a full disk took is not to fill it further.
      rmSync(join(this.#dir, file), { force: true });
      throw error;
    }
    return file;
  }
}

function toOutput(row: Row): StoredOutput {
  return {
    claimId: text(row, "claim_id"),
    name: text(row, "name"),
    sensitive: row["sensitive"] === 1,
    size: Number(row["size"]),
  };
}
