import { type Bundle, Claim, ClaimResult, type JsonValue, parseBundle } from "@gantry/cnab";
import { PublishedAt } from "@gantry/protocol";
import { ImageRef } from "@gantry/reports";
import { z } from "zod";
import type { Cipher } from "./cipher.ts";
import { bytes, type Database, optionalText, type Row, text } from "./database.ts";

type Values = Readonly<Record<string, JsonValue>>;

/** Where a bundle was published, and where its images are there. */
export const Published = PublishedAt.extend({
  /** Each image that the bundle names, to `REPOSITORY@DIGEST`. */
  relocation: z.record(z.string(), z.string()),
  /** Of an invocation image with several platforms: each, to the digest of its manifest. */
  variants: z.record(z.string(), z.string()).exactOptional(),
  /** Registries that plain HTTP is spoken with. */
  insecureRegistries: z.array(z.string()).default([]),
});
export type Published = Readonly<z.infer<typeof Published>>;

/** A claim with what the daemon keeps beside it. */
export interface ClaimRow {
  readonly id: string;
  readonly installationId: string;
  readonly installation: string;
  readonly action: string;
  readonly revision: string;
  readonly created: string;
  /** The bundle.json, to the byte. */
  readonly bundleBytes: Uint8Array;
  readonly bundle: Bundle;
  readonly bundleReference: string;
  /** Absent: the bundle was not got from a registry. */
  readonly published?: Published | undefined;
  /** The image that was run. */
  readonly image: ImageRef;
  readonly endpoint: string;
  readonly operationId: string;
  readonly parameters: Values;
  /** What users gave, which the next resolution starts from. */
  readonly overrides: Values;
}

/** Claims kept in memory. */
const MOST_KNOWN = 500;

/** Claims and their results: written once, never changed (CNAB Claims 400). */
export class Claims {
  readonly #database: Database;
  readonly #cipher: Cipher;
  /** Claims that were read before: they never change, and reading one takes a while. */
  readonly #known = new Map<string, ClaimRow>();

  constructor(database: Database, cipher: Cipher) {
    this.#database = database;
    this.#cipher = cipher;
  }

  insert(row: ClaimRow): void {
    const values = Buffer.from(
      JSON.stringify({ parameters: row.parameters, overrides: row.overrides }),
    );
    this.#database.run(
      "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.id,
      row.installationId,
      row.action,
      row.revision,
      row.created,
      row.bundleBytes,
      row.bundleReference,
      JSON.stringify(row.image),
      row.endpoint,
      row.operationId,
      this.#cipher.encrypt(values, row.id),
      row.published === undefined ? null : JSON.stringify(row.published),
    );
  }

  find(id: string): ClaimRow | undefined {
    const row = this.#database.get(`${SELECT} WHERE claim.id = ?`, id);
    return row === undefined ? undefined : this.#toRow(row);
  }

  /** The claims of an installation, the first one first. */
  of(installationId: string): ClaimRow[] {
    return this.#database
      .all(`${SELECT} WHERE installation_id = ? ORDER BY claim.id`, installationId)
      .map((row) => this.#toRow(row));
  }

  last(installationId: string): ClaimRow | undefined {
    const row = this.#database.get(
      `${SELECT} WHERE installation_id = ? ORDER BY claim.id DESC LIMIT 1`,
      installationId,
    );
    return row === undefined ? undefined : this.#toRow(row);
  }

  /** Claims that have no final result and that no operation will take up again. */
  abandoned(): { readonly id: string }[] {
    return this.#database
      .all(
        `SELECT claim.id FROM claim LEFT JOIN operation ON operation.id = claim.operation_id
         WHERE operation.resume IS NULL AND coalesce((SELECT status FROM result
         WHERE claim_id = claim.id ORDER BY id DESC LIMIT 1), 'pending') IN ('pending', 'running')`,
      )
      .map((row) => ({ id: text(row, "id") }));
  }

  addResult(result: ClaimResult): void {
    this.#database.run(
      "INSERT INTO result VALUES (?, ?, ?, ?, ?)",
      result.id,
      result.claimId,
      result.created,
      result.status,
      JSON.stringify(result),
    );
  }

  results(claimId: string): ClaimResult[] {
    return this.#database
      .all("SELECT document FROM result WHERE claim_id = ? ORDER BY id", claimId)
      .map((row) => ClaimResult.parse(JSON.parse(text(row, "document"))));
  }

  #toRow(row: Row): ClaimRow {
    const id = text(row, "id");
    const known = this.#known.get(id) ?? this.#read(id, row);
    this.#known.delete(id);
    this.#known.set(id, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  #read(id: string, row: Row): ClaimRow {
    const sealed = this.#cipher.decrypt(bytes(row, "sealed_values"), id).toString();
    const { parameters, overrides } = JSON.parse(sealed) as {
      parameters: Values;
      overrides: Values;
    };
    const bundleBytes = bytes(row, "bundle");
    const published = optionalText(row, "published");
    return {
      id,
      installationId: text(row, "installation_id"),
      installation: text(row, "installation"),
      action: text(row, "action"),
      revision: text(row, "revision"),
      created: text(row, "created"),
      bundleBytes,
      bundle: parseBundle(bundleBytes),
      bundleReference: text(row, "bundle_reference"),
      ...(published === undefined ? {} : { published: Published.parse(JSON.parse(published)) }),
      image: ImageRef.parse(JSON.parse(text(row, "image"))),
      endpoint: text(row, "endpoint"),
      operationId: text(row, "operation_id"),
      parameters,
      overrides,
    };
  }
}

const SELECT = `SELECT claim.*, installation.name AS installation
  FROM claim JOIN installation ON installation.id = claim.installation_id`;

const claims = new WeakMap<ClaimRow, Claim>();

/** The claim as CNAB writes it. */
export function toClaim(row: ClaimRow): Claim {
  const claim = claims.get(row) ?? parseClaim(row);
  claims.set(row, claim);
  return claim;
}

function parseClaim(row: ClaimRow): Claim {
  return Claim.parse({
    schemaVersion: "1.0.0",
    id: row.id,
    installation: row.installation,
    revision: row.revision,
    created: row.created,
    action: row.action,
    bundle: row.bundle,
    bundleReference: row.bundleReference,
    parameters: row.parameters,
  });
}
