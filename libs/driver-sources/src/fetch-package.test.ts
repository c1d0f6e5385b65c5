import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parseSource } from "@gantry/driver-package";
import { digestOf, mediaTypes, parseReference, RegistryClient } from "@gantry/oci";
import { engine } from "../../../tools/engines/require.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FetchWorld } from "./arrival/arrived.ts";
import { pushArtifact } from "./artifact/push-artifact.ts";
import { type FetchedPackage, fetchPackage } from "./fetch-package.ts";
import { readNpmSettings } from "./npm/npmrc.ts";
import { NpmRegistry } from "./npm/registry.ts";
import { PackageStore } from "./store.ts";
import { NpmServer } from "./testing/npm-server.ts";
import { type Fields, writeSample } from "./testing/sample-driver.ts";
import { SigningAuthority } from "./testing/signing-authority.ts";

const stop = { signal: AbortSignal.timeout(60_000) };
const registry = engine("registry");
const REPOSITORY = "https://code.example/example/sample";

let dir: string;
let world: FetchWorld;
let npm: NpmServer;
let trustRoot: unknown;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "gantry-fetch-"));
  npm = await NpmServer.start();
  await writeFile(join(dir, ".npmrc"), `registry=${npm.url}\n`);
  const env = { HOME: dir, PATH: process.env["PATH"] };
  world = {
    store: await PackageStore.open(join(dir, "store")),
    npm: async () => new NpmRegistry(await readNpmSettings(env, stop.signal)),
    oci: new RegistryClient({ attempts: 1 }),
    shipped: async () => join(dir, "shipped"),
    get trustRoot() {
      return trustRoot;
    },
  };
});
afterEach(async () => {
  await npm[Symbol.asyncDispose]();
  execFileSync("chmod", ["-R", "u+w", dir]);
  await rm(dir, { recursive: true });
});

const fetched = (text: string): Promise<FetchedPackage> =>
  fetchPackage(world, parseSource(text), stop);

async function tarball(change: Fields = {}, files: Record<string, string> = {}): Promise<string> {
  const { version = "1.0.0" } = change;
  const made = join(dir, `made-${JSON.stringify(version)}`);
  await writeSample(join(made, "package"), change, files);
  execFileSync("tar", ["-czf", `${made}.tgz`, "-C", made, "package"]);
  return `${made}.tgz`;
}

async function publish(version: string, more: Fields = {}): Promise<string> {
  const file = await tarball({ version });
  npm.publish("@example/sample", { version, tarball: file, ...more });
  return file;
}

describe("an npm package", () => {
  test("is found by version, range and tag, and kept read-only by its content", async () => {
    await publish("1.0.0");
    await publish("1.1.0");
    await publish("2.0.0");

    const pinned = await fetched("@example/sample@1.0.0");

    expect(pinned).toMatchObject({
      source: "npm:@example/sample@1.0.0",
      sha512: expect.stringMatching(/^sha512-/),
      publisher: { name: "Example" },
      manifest: { name: "sample", version: "1.0.0" },
      notices: [],
    });
    expect((await fetched("@example/sample@^1.0.0")).source).toBe("npm:@example/sample@1.1.0");
    expect((await fetched("@example/sample")).source).toBe("npm:@example/sample@2.0.0");
    await world.store.verify(pinned.sha512 ?? "");
    expect(await readFile(join(pinned.directory, "lib/part.txt"), "utf8")).toBe("part");
  });

  test("says what npm would do and Gantry does not", async () => {
    const json = JSON.stringify({
      scripts: { postinstall: "touch ran" },
      dependencies: { here: "1", missing: "1" },
    });
    const file = await tarball({}, { "package.json": json, "node_modules/here/index.js": "" });
    npm.publish("sample", { version: "1.0.0", tarball: file, deprecated: "Use another." });

    const { notices, directory } = await fetched("sample");

    expect(notices).toEqual([
      "Its publisher calls it deprecated: Use another.",
      "It depends on missing, not in the package; nothing else is installed.",
      "Its postinstall script is not run.",
    ]);
    expect(await readdir(directory)).not.toContain("ran");
  });

  test("has its token sent to its registry only", async () => {
    await publish("1.0.0");
    npm.token = "s3cret";
    const host = new URL(npm.url).host;
    const rc = `registry=${npm.url}\n//${host}/:_authToken=s3cret\n`;
    await expect(fetched("@example/sample")).rejects.toMatchObject({ code: "unauthorized" });

    await writeFile(join(dir, ".npmrc"), rc);
    await fetched("@example/sample");

    await writeFile(join(dir, ".npmrc"), rc.replace(`\n//${host}/`, "\n//other.example/"));
    await expect(fetched("@example/sample")).rejects.toMatchObject({ code: "unauthorized" });
    expect(npm.asked.at(-1)?.authorization).toBeUndefined();
  });

  test.each([
    ["nobody@1", "not-found", /nothing at/],
    ["@example/sample@9", "not-found", /no version 9/],
  ])("that is not there: %s", async (spec, code, message) => {
    await publish("1.0.0");
    const error = { code, message: expect.stringMatching(message) };
    await expect(fetched(spec)).rejects.toMatchObject(error);
  });

  test("is refused when its tarball is another one, and nothing stays", async () => {
    await publish("1.0.0", { integrity: `sha512-${"A".repeat(86)}==` });

    await expect(fetched("@example/sample")).rejects.toMatchObject({ code: "driver-tampered" });

    expect(await readdir(join(dir, "store"))).toEqual([]);
  });

  test("is refused when its registry is away", async () => {
    await npm[Symbol.asyncDispose]();
    await expect(fetched("sample")).rejects.toMatchObject({ code: "registry-unreachable" });
  });
});

describe("provenance", () => {
  async function attested(version: string, change: Fields = {}): Promise<void> {
    const authority = await SigningAuthority.create();
    trustRoot = authority.trustRoot;
    const file = await tarball({ version });
    const sha512 = createHash("sha512")
      .update(await readFile(file))
      .digest("hex");
    const purl = `pkg:npm/%40example/sample@${version}`;
    const provenance = await authority.attest({ purl, sha512, repository: REPOSITORY, ...change });
    npm.publish("@example/sample", { version, tarball: file, provenance });
  }

  test("is verified and makes the publisher's identity", async () => {
    await attested("1.0.0");

    const { publisher, sha512 = "" } = await fetched("@example/sample");

    const verified = { issuer: "https://issuer.example", subject: REPOSITORY };
    expect(publisher).toEqual({ name: "Example", verified });
    expect(await world.store.origins(sha512)).toEqual([
      { source: "npm:@example/sample@1.0.0", verified },
    ]);
  });

  test("that is about something else refuses the package", async () => {
    await attested("1.0.0", { purl: "pkg:npm/other@1.0.0" });
    await expect(fetched("@example/sample")).rejects.toMatchObject({ code: "provenance-invalid" });
    expect(await readdir(join(dir, "store"))).toEqual([]);
  });

  test.skipIf(!registry.available)("goes along through an OCI registry", async () => {
    await attested("1.0.0");
    const original = await fetched("@example/sample");
    const kept = await world.store.enclosures(original.sha512 ?? "");
    const reference = nameOf(`drivers/${crypto.randomUUID()}:1`);
    const pushed = await pushArtifact(
      world.oci,
      { manifest: original.manifest, archive: kept.archive ?? "", bundle: kept.bundle },
      { reference, ...stop },
    );

    const mirrored = await fetched(`oci://${reference}`);

    expect(pushed).toMatch(new RegExp(`^oci://${reference}@sha256:`));
    expect(mirrored.source).toBe(pushed);
    expect(mirrored.sha512).toBe(original.sha512);
    expect(mirrored.publisher).toEqual(original.publisher);
    expect((await fetched(pushed)).sha512).toBe(original.sha512);
    trustRoot = (await SigningAuthority.create()).trustRoot;
    await expect(fetched(pushed)).rejects.toMatchObject({ code: "provenance-invalid" });
  });

  test.skipIf(!registry.available)("an image is no driver", async () => {
    const client = new RegistryClient({ attempts: 1 });
    const reference = nameOf(`images/${crypto.randomUUID()}:1`);
    const target = parseReference(reference);
    const config = Buffer.from("{}");
    const descriptor = { mediaType: "application/x", digest: digestOf(config), size: 2 };
    await client.pushBlob(target, { descriptor, open: () => Readable.from([config]) });
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config: descriptor };
    const bytes = Buffer.from(JSON.stringify({ ...manifest, layers: [] }));
    await client.pushManifest(target, { bytes, mediaType: mediaTypes.manifest });

    await expect(fetched(`oci://${reference}`)).rejects.toMatchObject({
      code: "package-invalid",
      message: expect.stringMatching(/no driver/),
    });
  });
});

function nameOf(path: string): string {
  return `${registry.available ? registry.registry : ""}/${path}`;
}

describe("the store", () => {
  test("keeps a directory, a tarball and a shipped driver of the same content once", async () => {
    await writeSample(join(dir, "shipped"));
    const file = await tarball();

    const all = [
      await fetched(join(dir, "shipped")),
      await fetched(file),
      await fetched("builtin:sample"),
    ];

    expect(new Set(all.map(({ sha512 }) => sha512)).size).toBe(1);
    expect(all.map(({ source }) => source)).toEqual([
      `file:${join(dir, "shipped")}`,
      `file:${file}`,
      "builtin:sample",
    ]);
  });

  test("finds a flipped byte, and a fetch mends it", async () => {
    const { sha512 = "", directory } = await fetched(await tarball());
    const part = join(directory, "lib/part.txt");
    await chmod(part, 0o644);
    await writeFile(part, "pert");
    await expect(world.store.verify(sha512)).rejects.toMatchObject({ code: "driver-tampered" });

    await fetched(await tarball());

    await world.store.verify(sha512);
    expect(await readFile(part, "utf8")).toBe("part");
  });

  test("clears away what a crash left half-way, and keeps what is whole", async () => {
    const { sha512 = "" } = await fetched(await tarball());
    const stage = await world.store.stage();
    await writeFile(join(stage.path, "half"), "");

    const again = await PackageStore.open(join(dir, "store"));

    expect((await readdir(join(dir, "store"))).filter((name) => name.startsWith("."))).toEqual([]);
    await again.verify(sha512);
    await again.remove(sha512);
    expect(await readdir(join(dir, "store"))).toEqual([]);
    await expect(again.verify(sha512)).rejects.toMatchObject({ code: "driver-tampered" });
  });

  test("forgets content that nobody needs, once it is old", async () => {
    const needed = await fetched(await tarball());
    const other = await fetched(await tarball({ version: "2.0.0" }));
    const keep = [needed.sha512 ?? ""];

    await world.store.collect(keep, Date.now() - 60_000);
    expect(await world.store.has(other.sha512 ?? "")).toBe(true);
    await world.store.collect(keep, Date.now() + 60_000);

    expect(await world.store.has(other.sha512 ?? "")).toBe(false);
    expect(await readdir(join(dir, "store"))).toHaveLength(3);
    await world.store.verify(needed.sha512 ?? "");
  });

  test("a linked directory stays where it is", async () => {
    const made = await writeSample(join(dir, "made"));
    const link = await fetched(`link:${made}`);
    expect(link).toMatchObject({ source: `link:${made}`, directory: made });
    expect(link.sha512).toBeUndefined();
  });
});
