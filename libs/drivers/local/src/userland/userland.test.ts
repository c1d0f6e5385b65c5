import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContentStore, readImage, unpackImage } from "@gantry/oci";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readElfNeeds } from "./elf.ts";
import { HostFiles } from "./host-files.ts";
import { ensureUserland, USERLAND } from "./userland.ts";

describe("the userland image", () => {
  const signal = AbortSignal.timeout(20_000);
  const at = { home: "" };
  beforeEach(async () => {
    at.home = await mkdtemp(join(tmpdir(), "gantry-userland-"));
  });
  afterEach(() => rm(at.home, { recursive: true }));
  const openStore = (name: string): Promise<ContentStore> => ContentStore.open(join(at.home, name));

  it("has the same digest in every store of this machine, and what scripts need", async () => {
    const [one, two] = [await openStore("one"), await openStore("two")];

    await ensureUserland(one, { stateDir: join(at.home, "s1"), signal });
    await ensureUserland(two, { stateDir: join(at.home, "s2"), signal });

    const image = await readImage(one, USERLAND);
    expect((await readImage(two, USERLAND)).manifestDigest).toBe(image.manifestDigest);
    expect(image.layers[0]?.descriptor.size).toBeLessThan(40_000_000);
    const directory = await mkdtemp(join(at.home, "root-"));
    await unpackImage(one, image, { directory });
    expect(await readdir(directory)).toEqual(
      expect.arrayContaining(["bin", "etc", "lib", "tmp", "usr"]),
    );
  });

  it("is made again only when it is not there or not this machine's any more", async () => {
    const store = await openStore("store");
    const stateDir = join(at.home, "state");
    await ensureUserland(store, { stateDir, signal });
    const image = await readImage(store, USERLAND);
    const blob = store.path(image.manifestDigest);
    const old = new Date(1_000_000_000_000);
    await utimes(blob, old, old);

    await ensureUserland(store, { stateDir, signal });
    await writeFile(join(stateDir, "userland-key"), "of another machine");
    await ensureUserland(store, { stateDir, signal });

    expect((await readImage(store, USERLAND)).manifestDigest).toBe(image.manifestDigest);
  });

  it("can be made while others make it", async () => {
    const store = await openStore("store");
    const make = () => ensureUserland(store, { stateDir: join(at.home, "state"), signal });

    await Promise.all([make(), make(), make()]);

    expect((await readImage(store, USERLAND)).layers).toHaveLength(1);
  });
});

describe("programs of this machine", () => {
  it("bring their loader and libraries with them", () => {
    const files = new HostFiles();

    expect(files.addProgram("ls")).toBe(true);

    const paths = files.files.map(({ path }) => path);
    expect(paths.some((path) => path.endsWith("/ls"))).toBe(true);
    expect(paths.some((path) => /\/(ld-linux|ld-musl)/.test(path))).toBe(true);
    expect(paths.some((path) => /\/libc[.-]/.test(path) || /ld-musl/.test(path))).toBe(true);
  });

  it("are left out when they are not there or not for everybody", () => {
    const files = new HostFiles();

    expect(files.addProgram("no-such-program")).toBe(false);
    expect(files.addFile("/etc/shadow")).toBe(false);
    expect(files.files).toEqual([]);
  });

  it("are read as ELF files, and nothing else is", () => {
    expect(readElfNeeds(process.execPath)?.libraries.length).toBeGreaterThan(0);
    expect(readElfNeeds(import.meta.filename)).toBeUndefined();
    expect(readElfNeeds("/dev/null")).toBeUndefined();
  });
});
