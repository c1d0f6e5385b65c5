import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { RegistryClient } from "@gantry/oci";
import { TempDir } from "@gantry/process";
import { expect, it } from "vitest";
import { RevocationWatch } from "../src/drivers/revocation-watch.ts";
import { RevocationAuthority } from "./support/driver-packages.ts";

const HOUR = 3_600_000;
const START = Date.parse("2026-06-10T00:00:00Z");
const BAD = { name: "sample", state: "revoked", reason: "It leaks." };
const sample = { name: "sample", version: "1.0.0" };
const signal = AbortSignal.timeout(60_000);

it("an older list, however well signed, does not take a newer one's place; a newer one does", async () => {
  await using temp = await TempDir.create("gantry-revocations-");
  const authority = new RevocationAuthority();
  const source = join(temp.path, "list.json");
  let now = START;
  const watch = new RevocationWatch({
    cache: join(temp.path, "cache.json"),
    oci: new RegistryClient(),
    config: async () => ({ source, key: authority.key, maxAgeDays: 7 }),
    now: () => now,
  });
  const publish = async (issued: string, statements: readonly object[]): Promise<void> => {
    await writeFile(
      source,
      authority.list(
        issued,
        statements.map((one) => ({ ...one })),
      ),
    );
    now += 2 * HOUR;
    await watch.refresh(signal);
  };

  await publish("2026-06-09T00:00:00Z", [BAD]);
  await expect(watch.check(sample)).rejects.toMatchObject({ code: "driver-revoked" });
  await publish("2026-06-01T00:00:00Z", []);
  await expect(watch.check(sample)).rejects.toMatchObject({ code: "driver-revoked" });
  await publish("2026-06-10T00:00:00Z", []);
  await watch.check(sample);

  await rm(source);
  now = START + 9 * 24 * HOUR;
  await watch.refresh(signal);
  const { notices } = await watch.announce(sample);
  expect(notices).toEqual(["The list of revoked drivers is 9 days old."]);
});

it("is fetched from an address, once an hour at most", async () => {
  await using temp = await TempDir.create("gantry-revocations-");
  const authority = new RevocationAuthority();
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end(authority.list("2026-06-09T00:00:00Z", [BAD]));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const cache = join(temp.path, "cache.json");
  const watch = new RevocationWatch({
    cache,
    oci: new RegistryClient(),
    config: async () => ({
      source: `http://127.0.0.1:${port}/`,
      key: authority.key,
      maxAgeDays: 7,
    }),
    now: () => START,
  });

  await watch.refresh(signal);
  await watch.refresh(signal);
  await watch.refreshMeanwhile();
  server.closeAllConnections();
  server.close();

  expect(asked).toBe(1);
  await expect(watch.check(sample)).rejects.toMatchObject({ code: "driver-revoked" });
  expect(await readFile(cache, "utf8")).toContain("payload");
});
