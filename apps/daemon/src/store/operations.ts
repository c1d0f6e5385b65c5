import {
  KeptRequest,
  Operation,
  type OperationOutcome,
  OperationOutcome as OutcomeSchema,
} from "@gantry/protocol";
import { z } from "zod";
import type { Cipher } from "./cipher.ts";
import { bytes, type Database, optionalText, type Row, text } from "./database.ts";
import { ExpectedRun } from "./expected-run.ts";

/** What a later daemon needs to take up a run again: plain data without secrets. */
export const Resume = z.object({
  endpoint: z.string(),
  driver: z.string(),
  origin: z.enum(["built-in", "configured", "installed", "path"]),
  /** Of an endpoint that is not configured: what the configuration says may be secret, and is read again. */
  options: z.record(z.string(), z.unknown()),
  /** The variables that chose a configured endpoint's engine. */
  environment: z.record(z.string(), z.string()),
  runId: z.string(),
  /** What it is to be held against; absent when an earlier version started it. */
  expected: ExpectedRun.exactOptional(),
  /** Absent for a run that is not recorded. */
  claimId: z.string().exactOptional(),
  action: z.string(),
  graceSeconds: z.int(),
  keepLogs: z.boolean(),
  /** Of a run with a filtered socket of its engine: whose it is. */
  brokeredFor: z.object({ namespace: z.string(), installation: z.string() }).exactOptional(),
});
export type Resume = z.infer<typeof Resume>;

/** The records of operations. */
export class OperationRecords {
  readonly #database: Database;
  readonly #cipher: Cipher;

  constructor(database: Database, cipher: Cipher) {
    this.#database = database;
    this.#cipher = cipher;
  }

  insert(operation: Operation): void {
    this.#database.run(
      "INSERT INTO operation (id, kind, namespace, installation, bundle, action, status, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      operation.id,
      operation.kind,
      operation.namespace ?? null,
      operation.installation ?? null,
      operation.bundle ?? null,
      operation.action ?? null,
      operation.status,
      operation.created,
    );
  }

  /**
   * Keeps what takes the run up again, and encrypted beside it the texts that its output must not show: both for as
   * long as the operation is under way.
   */
  keepResume(id: string, resume: Resume, secrets: readonly string[]): void {
    const sealed = this.#cipher.encrypt(Buffer.from(JSON.stringify(secrets)), id);
    this.#database.run(
      "UPDATE operation SET resume = ?, sealed_secrets = ? WHERE id = ?",
      JSON.stringify(resume),
      sealed,
      id,
    );
  }

  /** Keeps what the operation was asked to do, encrypted: what a user gave is nobody else's. */
  keepRequest(id: string, request: KeptRequest): void {
    const sealed = this.#cipher.encrypt(Buffer.from(JSON.stringify(request)), `${id}/request`);
    this.#database.run("UPDATE operation SET sealed_request = ? WHERE id = ?", sealed, id);
  }

  /** `undefined`: an earlier version started it. */
  request(id: string): KeptRequest | undefined {
    const row = this.#database.get("SELECT sealed_request FROM operation WHERE id = ?", id);
    if (row === undefined || row["sealed_request"] === null) return undefined;
    const text = this.#cipher.decrypt(bytes(row, "sealed_request"), `${id}/request`).toString();
    return KeptRequest.parse(JSON.parse(text));
  }

  /** There is nothing to take up. */
  dropResume(id: string): void {
    this.#database.run(
      "UPDATE operation SET resume = NULL, sealed_secrets = NULL WHERE id = ?",
      id,
    );
  }

  /** What the output of a run must not show; `undefined` when an earlier version started it. */
  resumeSecrets(id: string): readonly string[] | undefined {
    const row = this.#database.get("SELECT sealed_secrets FROM operation WHERE id = ?", id);
    if (row === undefined || row["sealed_secrets"] === null) return undefined;
    const sealed = bytes(row, "sealed_secrets");
    return z.array(z.string()).parse(JSON.parse(this.#cipher.decrypt(sealed, id).toString()));
  }

  resume(id: string): Resume | undefined {
    const row = this.#database.get("SELECT resume FROM operation WHERE id = ?", id);
    const resume = row === undefined ? undefined : optionalText(row, "resume");
    return resume === undefined ? undefined : Resume.parse(JSON.parse(resume));
  }

  finish({ operation, build, publish, run }: OperationOutcome): void {
    this.#database.run(
      "UPDATE operation SET status = ?, finished = ?, failure = ?, build = ?, publish = ?, run = ?, resume = NULL, sealed_secrets = NULL WHERE id = ?",
      operation.status,
      operation.finished ?? null,
      operation.failure === undefined ? null : JSON.stringify(operation.failure),
      build === undefined ? null : JSON.stringify(build),
      publish === undefined ? null : JSON.stringify(publish),
      run === undefined ? null : JSON.stringify(run),
      operation.id,
    );
  }

  outcome(id: string): OperationOutcome | undefined {
    const row = this.#database.get("SELECT * FROM operation WHERE id = ?", id);
    if (row === undefined) return undefined;
    return OutcomeSchema.parse({
      operation: toOperation(row),
      ...parsed(row, "build"),
      ...parsed(row, "publish"),
      ...parsed(row, "run"),
    });
  }

  /** Removes the record of an operation that has ended. */
  forget(id: string): void {
    this.#database.run("DELETE FROM operation WHERE id = ? AND status <> 'running'", id);
  }

  list({ running, limit }: { readonly running: boolean; readonly limit: number }): Operation[] {
    const where = running ? "WHERE status = 'running'" : "";
    return this.#database
      .all(`SELECT * FROM operation ${where} ORDER BY id DESC LIMIT ?`, limit)
      .map(toOperation);
  }
}

function parsed(row: Row, column: string): Record<string, unknown> {
  const value = optionalText(row, column);
  return value === undefined ? {} : { [column]: JSON.parse(value) as unknown };
}

function toOperation(row: Row): Operation {
  const optional = ["namespace", "installation", "bundle", "action", "finished"].flatMap(
    (column) => {
      const value = optionalText(row, column);
      return value === undefined ? [] : [[column, value] as const];
    },
  );
  return Operation.parse({
    id: text(row, "id"),
    kind: text(row, "kind"),
    status: text(row, "status"),
    created: text(row, "created"),
    ...Object.fromEntries(optional),
    ...parsed(row, "failure"),
  });
}
