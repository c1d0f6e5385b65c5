import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DriverManifest, MANIFEST_FILE } from "./manifest.ts";

const DRIVERS = join(import.meta.dirname, "../../drivers");

/** The drivers that are shipped as packages: those with a manifest. */
async function manifests(): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(DRIVERS);
  const read = names.map(async (name) => {
    const text = await readFile(join(DRIVERS, name, MANIFEST_FILE), "utf8").catch(() => undefined);
    return text === undefined ? [] : [[name, text] as const];
  });
  return new Map((await Promise.all(read)).flat());
}

test("every driver that is shipped as a package says what it asks for", async () => {
  const found = await manifests();

  expect([...found.keys()]).toContain("podman");
  for (const [name, text] of found) {
    expect(DriverManifest.parse(JSON.parse(text)).name).toBe(name);
  }
});
