import { join } from "node:path";
import { newId } from "@gantry/cnab";
import { TempDir } from "@gantry/process";
import type { Operation } from "@gantry/protocol";
import { describe, expect, it } from "vitest";
import { Cipher } from "../store/cipher.ts";
import { Database } from "../store/database.ts";
import { OperationRecords } from "../store/operations.ts";
import { Outcomes } from "./outcomes.ts";

const running: Operation = {
  id: newId({}),
  kind: "build",
  status: "running",
  created: new Date().toISOString(),
};

describe("outcomes", () => {
  it("are told, and recorded later, when the disk refuses them for a while", async () => {
    await using dir = await TempDir.create();
    using database = new Database(join(dir.path, "state.db"));
    const records = new OperationRecords(database, Cipher.open(join(dir.path, "key")));
    records.insert(running);
    const defects: unknown[] = [];
    const outcomes = new Outcomes(records, (error) => defects.push(error));
    database.run(
      "CREATE TRIGGER full BEFORE UPDATE ON operation BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    );

    await outcomes.record({ operation: { ...running, status: "failed" } });

    expect(outcomes.find(running.id)?.operation.status).toBe("failed");
    expect(records.outcome(running.id)?.operation.status).toBe("running");
    expect(defects.length).toBeGreaterThan(1);
    database.run("DROP TRIGGER full");
    expect(outcomes.retry()).toBe(true);
    expect(records.outcome(running.id)?.operation.status).toBe("failed");
  });
});
