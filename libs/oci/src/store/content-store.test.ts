import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { digestOf } from "../digest.ts";
import { mediaTypes } from "../schemas.ts";
import { file, makeImage } from "../testing/images.ts";
import { chunks, collect, run, Scratch } from "../testing/scratch.ts";
import { ContentStore } from "./content-store.ts";

const isRoot = process.getuid?.() === 0;

async function fresh() {
  const scratch = await Scratch.make();
  const store = await ContentStore.open(scratch.at("store"));
  return { scratch, store, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() };
}

const drafts = (store: ContentStore) => {
  const path = `${store.directory}/.gantry/drafts`;
  return existsSync(path) ? readdirSync(path) : [];
};

describe("blobs", () => {
  it("come back as they were put, under their digest", async () => {
    await using at = await fresh();
    const bytes = randomBytes(3_000_000);

    const content = await at.store.put(chunks(bytes.subarray(0, 10), bytes.subarray(10)));

    expect(content).toEqual({ digest: digestOf(bytes), size: bytes.byteLength });
    expect((await collect(at.store.read(content.digest))).equals(bytes)).toBe(true);
    expect((await collect(at.store.read(content.digest, 2_999_999))).byteLength).toBe(1);
    expect(readFileSync(at.store.path(content.digest)).equals(bytes)).toBe(true);
    expect(await at.store.has(content.digest)).toBe(true);
  });

  it.each([
    ["other bytes", "evil", 4],
    ["too few", "goo", 4],
    ["too many", "good and more", 4],
  ])("with %s than announced are refused and leave nothing", async (_, text, size) => {
    await using at = await fresh();
    const expected = { digest: digestOf("good"), size };

    await expect(at.store.put(chunks(text), { expected })).rejects.toMatchObject({
      code: "digest-mismatch",
    });

    expect(await at.store.has(expected.digest)).toBe(false);
    expect(drafts(at.store)).toEqual([]);
  });

  it("whose source fails leave nothing", async () => {
    await using at = await fresh();
    async function* failing() {
      yield Buffer.from("some");
      throw new RangeError("source broke");
    }

    await expect(at.store.put(failing())).rejects.toThrow("source broke");

    expect(drafts(at.store)).toEqual([]);
    expect(readdirSync(`${at.store.directory}/blobs/sha256`)).toEqual([]);
  });

  it("that are known are not read again", async () => {
    await using at = await fresh();
    const expected = await at.store.put(chunks("known"));

    const again = at.store.put(
      (async function* () {
        yield expect.fail("the source was read");
      })(),
      { expected },
    );

    expect(await again).toEqual(expected);
  });

  it("that are absent are not-found, and changed ones are refused", async () => {
    await using at = await fresh();
    const { digest } = await at.store.put(chunks("right"));
    writeFileSync(at.store.path(digest), "wrong");

    await expect(at.store.bytes(digest)).rejects.toMatchObject({ code: "digest-mismatch" });
    await expect(at.store.bytes(digestOf("absent"))).rejects.toMatchObject({ code: "not-found" });
    await expect(collect(at.store.read(digestOf("absent")))).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(at.store.bytes(digest, 2)).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("names", () => {
  it("are set, replaced, listed and forgotten", async () => {
    await using at = await fresh();
    const one = await at.store.putBytes(Buffer.from("{1}"), mediaTypes.manifest);
    const two = await at.store.putBytes(Buffer.from("{2}"), mediaTypes.manifest);

    await at.store.tag("b:1", one);
    await at.store.tag("a:1", one);
    await at.store.tag("b:1", two);

    expect((await at.store.resolve("b:1"))?.digest).toBe(two.digest);
    expect((await at.store.list()).map(({ name }) => name)).toEqual(["a:1", "b:1"]);
    expect(await at.store.untag("b:1")).toBe(true);
    expect(await at.store.untag("b:1")).toBe(false);
    expect(await at.store.resolve("b:1")).toBeUndefined();
    expect(await at.store.resolve("toString")).toBeUndefined();
  });

  it("are plain OCI layout on disk", async () => {
    await using at = await fresh();
    await at.store.tag("x:1", await makeImage(at.store, [[file("a", "a")]]));

    const index = JSON.parse(readFileSync(`${at.store.directory}/index.json`, "utf8"));

    expect(JSON.parse(readFileSync(`${at.store.directory}/oci-layout`, "utf8"))).toEqual({
      imageLayoutVersion: "1.0.0",
    });
    expect(index.manifests[0].annotations).toEqual({ "org.opencontainers.image.ref.name": "x:1" });
  });

  it("in a damaged index are an error, not an empty store", async () => {
    await using at = await fresh();
    writeFileSync(`${at.store.directory}/index.json`, '{"schemaVersion":2,');

    await expect(at.store.list()).rejects.toMatchObject({ code: "invalid-content" });
    await expect(at.store.collect({ graceMs: 0 })).rejects.toMatchObject({
      code: "invalid-content",
    });
  });

  it("of a directory that is no layout are not-found", async () => {
    await using scratch = await Scratch.make();

    await expect(ContentStore.openLayout(scratch.path)).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("collect", () => {
  it("removes what no name reaches, and nothing else", async () => {
    await using at = await fresh();
    const kept = await makeImage(at.store, [[file("a", "a")], [file("b", "b")]]);
    await at.store.tag("kept", kept);
    const gone = await makeImage(at.store, [[file("a", "a")], [file("c", "c")]]);
    await at.store.tag("gone", gone);
    await at.store.untag("gone");
    await sleep(20);

    const { removed, freedBytes } = await at.store.collect({ graceMs: 0 });

    expect(removed).toContain(gone.digest);
    expect(removed.length).toBe(3);
    expect(freedBytes).toBeGreaterThan(1_000);
    expect(await at.store.has(kept.digest)).toBe(true);
    expect(readdirSync(`${at.store.directory}/blobs/sha256`).length).toBe(4);
  });

  it("spares what is young, leased or asked for", async () => {
    await using at = await fresh();
    const { digest } = await at.store.put(chunks("young"));
    const asked = await makeImage(at.store, [[file("a", "a")]]);
    expect((await at.store.collect()).removed).toEqual([]);

    const lease = await at.store.lease();
    expect((await at.store.collect({ graceMs: 0 })).removed).toEqual([]);
    await lease[Symbol.asyncDispose]();
    await sleep(20);

    expect((await at.store.collect({ graceMs: 0, keep: [asked] })).removed).toEqual([digest]);
  });

  it("spares an old blob that a lease holder uses again", async () => {
    await using at = await fresh();
    const expected = await at.store.put(chunks("old"));
    await run("touch", ["-d", "2020-01-01", at.store.path(expected.digest)]);

    await using lease = await at.store.lease();
    await at.store.put(chunks("old"), { expected });

    expect(lease.id).not.toBe("");
    expect((await at.store.collect({ graceMs: 0 })).removed).toEqual([]);
  });
});

const SOURCE = ["--conditions=@gantry/source", "--input-type=module-typescript", "--eval"];
const STORE = JSON.stringify(new URL("content-store.ts", import.meta.url).href);

function program(directory: string, body: string) {
  const open = `import { ContentStore } from ${STORE}; const store = await ContentStore.open(${JSON.stringify(directory)});`;
  return [...SOURCE, `${open}\n${body}`];
}

describe("several processes", () => {
  it("name images at once without losing one, and write one blob at once", async () => {
    await using at = await fresh();
    const work = (id: number) => `
      async function* same() { for (let i = 0; i < 20; i += 1) yield Buffer.alloc(100_000, i); }
      await store.put(same());
      for (let i = 0; i < 10; i += 1) {
        const descriptor = await store.putBytes(Buffer.from("{}"), "application/vnd.oci.image.manifest.v1+json");
        await store.tag("p${id}:" + i, descriptor);
      }`;

    await Promise.all(
      [1, 2, 3, 4].map((id) => run(process.execPath, program(at.store.directory, work(id)))),
    );

    expect((await at.store.list()).length).toBe(40);
    expect(readdirSync(`${at.store.directory}/blobs/sha256`).length).toBe(2);
    expect(drafts(at.store)).toEqual([]);
  });

  it("survive the death of a writer, and sweep what it left", async () => {
    await using at = await fresh();
    const body = `
      await store.lease();
      async function* endless() { for (;;) { yield Buffer.alloc(300_000); await new Promise((r) => setTimeout(r, 5)); } }
      setTimeout(() => console.log("writing"), 100);
      await store.put(endless());`;
    await killedWhileTalking(at.store.directory, body);
    expect(drafts(at.store).length).toBe(1);

    const { removed } = await at.store.collect({ graceMs: 0 });

    expect(removed).toEqual([]);
    expect(drafts(at.store)).toEqual([]);
    expect(readdirSync(`${at.store.directory}/.gantry/leases`)).toEqual([]);
  });

  it("survive the death of the holder of the lock", async () => {
    await using at = await fresh();
    const lock = JSON.stringify(new URL("lock.ts", import.meta.url).href);
    const body = `
      const { DirectoryLock } = await import(${lock});
      await new DirectoryLock(store.directory + "/.gantry/lock").run(() => new Promise(() => { console.log("held"); setTimeout(() => {}, 60000); }));`;
    await killedWhileTalking(at.store.directory, body);

    const descriptor = await at.store.putBytes(Buffer.from("{}"), mediaTypes.manifest);
    await at.store.tag("after", descriptor);

    expect((await at.store.list()).length).toBe(1);
  });

  it("do not collect what another is about to name", async () => {
    await using at = await fresh();
    const body = `
      await using lease = await store.lease();
      for (let i = 0; i < 30; i += 1) {
        const descriptor = await store.putBytes(Buffer.from('{"schemaVersion":2,"manifests":[],"n":' + i + "}"), "application/vnd.oci.image.index.v1+json");
        await store.tag("x:" + i, descriptor);
      }`;
    const writing = run(process.execPath, program(at.store.directory, body));
    let done = false;
    const collecting = (async () => {
      while (!done) await at.store.collect({ graceMs: 0 });
    })();
    await writing;
    done = true;
    await collecting;

    const images = await at.store.list();
    const present = await Promise.all(
      images.map(({ descriptor }) => at.store.has(descriptor.digest)),
    );
    expect(images.length).toBe(30);
    expect(present).not.toContain(false);
  });
});

/** Runs a program until it says something, then kills it the hard way. */
async function killedWhileTalking(directory: string, body: string): Promise<void> {
  const child = spawn(process.execPath, program(directory, body), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

describe("a full disk", () => {
  const canMount = isRoot;
  if (!canMount) process.stderr.write("skipped: a full disk: mounting a tmpfs needs root\n");

  it.skipIf(!canMount)("is no-space, leaves nothing, and can be cleared", async () => {
    await using scratch = await Scratch.make();
    await using mount = await smallDisk(scratch.at("."));
    const store = await ContentStore.open(mount.path);
    const old = await store.put(chunks(randomBytes(1_000_000)));
    await store.tag("old", { mediaType: mediaTypes.layer, ...old });

    await expect(store.put(chunks(randomBytes(9_000_000)))).rejects.toMatchObject({
      code: "no-space",
    });

    expect(drafts(store)).toEqual([]);
    expect((await store.list()).length).toBe(1);
    expect(await store.untag("old")).toBe(true);
    await sleep(20);
    expect((await store.collect({ graceMs: 0 })).removed).toEqual([old.digest]);
  });
});

async function smallDisk(path: string) {
  await run("mount", ["-t", "tmpfs", "-o", "size=4m", "gantry-test", path]);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run("umount", [path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
