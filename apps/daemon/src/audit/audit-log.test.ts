import { appendFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import type { AuditEntry } from "@gantry/protocol";
import { describe, expect, it } from "vitest";
import { AuditLog } from "./audit-log.ts";

const entry = (n: number, part: Partial<AuditEntry> = {}): AuditEntry => ({
  time: new Date(n).toISOString(),
  owner: { kind: "bundle", name: "/hello" },
  method: "GET",
  path: `/n${n}`,
  verdict: "allowed",
  ...part,
});

const fail = (error: unknown): never => {
  throw error;
};

const pathsOf = (entries: readonly AuditEntry[]): string[] => entries.map(({ path }) => path);

describe("the audit log", () => {
  it("gives back what was written, also in a later process, and what fits only", async () => {
    await using dir = await TempDir.create("gantry-audit-");
    const driver = { owner: { kind: "driver", name: "podman" } } as const;
    {
      using log = new AuditLog(dir.path, { onError: fail });
      log.append(entry(1));
      log.append(entry(2, driver));
      log.append(entry(3, { verdict: "denied", reason: "no" }));
    }
    using log = new AuditLog(dir.path, { onError: fail });
    log.append(entry(4, { owner: { kind: "bundle", name: "dev/hello" } }));

    expect(pathsOf(log.read({ limit: 10 }))).toEqual(["/n1", "/n2", "/n3", "/n4"]);
    expect(pathsOf(log.read({ limit: 2 }))).toEqual(["/n3", "/n4"]);
    expect(pathsOf(log.read({ limit: 10, owner: "hello" }))).toEqual(["/n1", "/n3"]);
    expect(pathsOf(log.read({ limit: 10, owner: "dev/hello" }))).toEqual(["/n4"]);
    expect(pathsOf(log.read({ limit: 10, owner: "podman" }))).toEqual(["/n2"]);
    expect(log.read({ limit: 10, verdict: "denied" })).toMatchObject([
      { path: "/n3", reason: "no" },
    ]);
  });

  it("is its owner's alone, passes over a line that was cut off, and goes on behind it", async () => {
    await using dir = await TempDir.create("gantry-audit-");
    using log = new AuditLog(join(dir.path, "audit"), { onError: fail });
    const file = join(dir.path, "audit", "audit.jsonl");
    log.append(entry(1));
    appendFileSync(file, '{"time":"2026\n');
    log.append(entry(2));

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir.path, "audit")).mode & 0o777).toBe(0o700);
    expect(pathsOf(log.read({ limit: 10 }))).toEqual(["/n1", "/n2"]);
  });

  it("is bounded: the oldest go as new ones come", async () => {
    await using dir = await TempDir.create("gantry-audit-");
    using log = new AuditLog(dir.path, { fileBytes: 1_000, onError: fail });
    for (let n = 1; n <= 1_000; n += 1) log.append(entry(n));

    const files = readdirSync(dir.path);
    const bytes = files.reduce((sum, name) => sum + statSync(join(dir.path, name)).size, 0);
    const kept = log.read({ limit: 10_000 });
    expect(files).toHaveLength(5);
    expect(bytes).toBeLessThan(7_000);
    expect(kept.at(-1)?.path).toBe("/n1000");
    expect(pathsOf(kept)).toEqual(kept.map((_, at) => `/n${1_001 - kept.length + at}`));
  });

  it("does not hold a call up when it cannot be written", async () => {
    await using dir = await TempDir.create("gantry-audit-");
    const errors: unknown[] = [];
    const log = new AuditLog(dir.path, { onError: (error) => errors.push(error) });
    log[Symbol.dispose]();
    log.append(entry(1));

    expect(errors).toHaveLength(1);
  });
});
