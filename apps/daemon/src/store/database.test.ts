import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TempDir } from "@gantry/process";
import { describe, expect, it } from "vitest";
import { openHome } from "../home.ts";
import { MIGRATIONS } from "./schema.ts";
import { Store } from "./store.ts";

const OWNER = "0d7f0b5e-7a33-4f0c-9b55-1f6b36b6a111";

describe("the database of a home", () => {
  it.each([0, 1, 2])(
    "of schema %i is brought to that of today, and keeps what it has",
    async (version) => {
      await using dir = await TempDir.create("gantry-store-");
      const home = openHome(join(dir.path, "home"));
      if (version > 0) writeOld(home.database, version);

      using store = new Store(home);
      const labels = { team: "a" };
      const { id } = store.installations.ensure({ id: "I1", namespace: "", name: "kept", labels });
      const power = { power: "capability", value: "CAP_CHOWN", asker: "operator" } as const;
      store.grants.replace(id, [power]);
      store.grants.approve(id, ["network none"]);

      expect(store.owner).toMatch(version > 0 ? OWNER : /^[0-9a-f-]{36}$/);
      expect(id).toBe(version > 0 ? "OLD" : "I1");
      expect(store.grants.of(id)).toMatchObject([power]);
      expect(store.grants.approved(id)?.facts).toEqual(["network none"]);
      store.installations.delete(id);
      expect(store.grants.of(id)).toEqual([]);
      expect(store.grants.approved(id)).toBeUndefined();
    },
  );

  it("learns from what was built what its builds were of", async () => {
    await using dir = await TempDir.create("gantry-store-");
    const home = openHome(join(dir.path, "home"));
    writeOld(home.database, 6);
    const old = new DatabaseSync(home.database);
    old.exec(`INSERT INTO operation (id, kind, status, created, build) VALUES
      ('A', 'build', 'succeeded', '2026-01-01T00:00:00Z', '{"name":"shop"}'),
      ('B', 'install', 'succeeded', '2026-01-01T00:00:00Z', '{"name":"shop"}'),
      ('C', 'build', 'failed', '2026-01-01T00:00:00Z', NULL)`);
    old.close();

    using store = new Store(home);

    const listed = store.operations.list({ running: false, limit: 9 });
    expect(listed.map(({ id, bundle }) => [id, bundle])).toEqual([
      ["C", undefined],
      ["B", undefined],
      ["A", "shop"],
    ]);
  });

  it("of a newer schema is refused", async () => {
    await using dir = await TempDir.create("gantry-store-");
    const home = openHome(join(dir.path, "home"));
    writeOld(home.database, MIGRATIONS.length + 1);

    expect(() => new Store(home)).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });
});

function writeOld(path: string, version: number): void {
  const database = new DatabaseSync(path);
  for (const migration of MIGRATIONS.slice(0, version)) database.exec(migration);
  database.exec(`
    INSERT INTO meta VALUES ('owner', '${OWNER}');
    INSERT INTO installation VALUES ('OLD', '', 'kept', '{}', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
    PRAGMA user_version = ${version};
  `);
  database.close();
}
