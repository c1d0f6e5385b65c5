import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { digestOf } from "../digest.ts";
import { chunks, collect, run, Scratch } from "../testing/scratch.ts";
import { packEntries } from "./pack.ts";
import type { TarEntry } from "./tar.ts";
import { unpackLayer, type UnpackOptions } from "./unpack.ts";

const isRoot = process.getuid?.() === 0;

/** A root directory beside a directory that nothing may touch. */
async function arena() {
  const scratch = await Scratch.make();
  mkdirSync(scratch.at("root"));
  mkdirSync(scratch.at("outside"));
  writeFileSync(scratch.at("outside", "secret"), "untouched");
  return {
    root: (name: string) => scratch.at("root", name),
    outside: () =>
      readdirSync(scratch.at("outside")).map(
        (name) => `${name}=${readFileSync(scratch.at("outside", name), "utf8")}`,
      ),
    scratch,
    apply: (entries: readonly TarEntry[], options?: UnpackOptions) =>
      unpackLayer(packEntries(entries), scratch.at("root"), options),
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}

const file = (name: string, text = name): TarEntry => ({ name, body: Buffer.from(text) });
const link = (name: string, linkname: string): TarEntry => ({ name, type: "symlink", linkname });
const hard = (name: string, linkname: string): TarEntry => ({ name, type: "link", linkname });
const directory = (name: string, mode = 0o755): TarEntry => ({ name, type: "directory", mode });

describe("unpackLayer", () => {
  it("restores files, directories, links, modes and times", async () => {
    await using at = await arena();

    const result = await at.apply([
      { ...directory("bin", 0o2750), mtime: 1_000 },
      { ...file("bin/tool", "x"), mode: 0o4755, mtime: 2_000 },
      hard("bin/same", "bin/tool"),
      { ...link("bin/alias", "/bin/tool"), mtime: 3_000 },
      file("made/on/the/way"),
    ]);

    expect(result.entries).toBe(5);
    expect(lstatSync(at.root("bin")).mode & 0o7777).toBe(0o2750);
    expect(lstatSync(at.root("bin")).mtimeMs).toBe(1_000_000);
    expect(lstatSync(at.root("bin/tool")).mode & 0o7777).toBe(0o4755);
    expect(lstatSync(at.root("bin/tool")).mtimeMs).toBe(2_000_000);
    expect(lstatSync(at.root("bin/same")).ino).toBe(lstatSync(at.root("bin/tool")).ino);
    expect(readlinkSync(at.root("bin/alias"))).toBe("/bin/tool");
    expect(readFileSync(at.root("made/on/the/way"), "utf8")).toBe("made/on/the/way");
  });

  it.each([
    ["plain", (tar: Buffer) => tar],
    ["gzip", (tar: Buffer) => gzipSync(tar)],
    ["zstd", (tar: Buffer) => zstdCompressSync(tar)],
  ])("reads %s and gives the diff id of the plain bytes", async (_, compress) => {
    await using at = await arena();
    const tar = await collect(packEntries([file("a", "content")]));

    const { content } = await unpackLayer(chunks(compress(tar)), at.root("."));

    expect(content).toEqual({ digest: digestOf(tar), size: tar.byteLength });
    expect(readFileSync(at.root("a"), "utf8")).toBe("content");
  });

  it("reads what GNU tar writes, in both of its formats", async () => {
    await using at = await arena();
    const long = `${"d".repeat(90)}/${"é".repeat(120)}`;
    mkdirSync(at.scratch.at("src", "d".repeat(90)), { recursive: true });
    writeFileSync(at.scratch.at("src", long), "long");
    for (const format of ["gnu", "pax"]) {
      await run("tar", [
        "-cf",
        at.scratch.at("t.tar"),
        `--format=${format}`,
        "-C",
        at.scratch.at("src"),
        ".",
      ]);
      const tar = readFileSync(at.scratch.at("t.tar"));
      mkdirSync(at.root(format));

      const { content } = await unpackLayer(chunks(tar), at.root(format));

      expect(content.digest).toBe(digestOf(tar));
      expect(readFileSync(at.root(`${format}/${long}`), "utf8")).toBe("long");
    }
  });

  it.runIf(isRoot)("sets owners through the map, and keeps setuid", async () => {
    await using at = await arena();

    await at.apply(
      [
        { ...file("su"), mode: 0o4755, uid: 5, gid: 3_000_000 },
        { ...link("l", "su"), uid: 7, gid: 8 },
        { ...directory("d"), uid: 9 },
      ],
      { owner: ({ uid, gid }) => ({ uid: uid + 100, gid }) },
    );

    expect(lstatSync(at.root("su"))).toMatchObject({ uid: 105, gid: 3_000_000 });
    expect(lstatSync(at.root("su")).mode & 0o7777).toBe(0o4755);
    expect(lstatSync(at.root("l"))).toMatchObject({ uid: 107, gid: 8 });
    expect(lstatSync(at.root("d")).uid).toBe(109);
  });

  it("leaves device nodes out, and says which", async () => {
    await using at = await arena();

    const { skipped } = await at.apply([
      { name: "dev/null", type: "character-device", devmajor: 1, devminor: 3 },
    ]);

    expect(skipped).toEqual(["dev/null"]);
    expect(existsSync(at.root("dev/null"))).toBe(false);
  });

  it.runIf(isRoot)("makes device nodes when asked to", async () => {
    await using at = await arena();

    await at.apply(
      [
        { name: "dev/null", type: "character-device", devmajor: 1, devminor: 3, mode: 0o666 },
        { name: "pipe", type: "fifo" },
      ],
      {
        devices: "create",
      },
    );

    expect(lstatSync(at.root("dev/null")).isCharacterDevice()).toBe(true);
    expect(lstatSync(at.root("dev/null")).rdev).toBe(0x103);
    expect(lstatSync(at.root("pipe")).isFIFO()).toBe(true);
  });
});

describe("a layer over others", () => {
  it("replaces what is there, of any kind", async () => {
    await using at = await arena();
    await at.apply([file("a"), directory("b"), file("b/in"), link("c", "a"), file("d")]);

    await at.apply([
      directory("a"),
      link("b", "d"),
      file("c", "new"),
      hard("e", "d"),
      file("d", "new"),
    ]);

    expect(lstatSync(at.root("a")).isDirectory()).toBe(true);
    expect(readlinkSync(at.root("b"))).toBe("d");
    expect(lstatSync(at.root("c")).isFile()).toBe(true);
    expect(readFileSync(at.root("e"), "utf8")).toBe("d");
    expect(readFileSync(at.root("d"), "utf8")).toBe("new");
  });

  it("keeps what a directory has when the directory comes again", async () => {
    await using at = await arena();
    await at.apply([directory("d", 0o700), file("d/kept")]);

    await at.apply([directory("d", 0o755)]);

    expect(readdirSync(at.root("d"))).toEqual(["kept"]);
    expect(lstatSync(at.root("d")).mode & 0o777).toBe(0o755);
  });

  it("deletes what whiteouts name, and nothing of its own layer", async () => {
    await using at = await arena();
    await at.apply([file("gone"), file("tree/a/b"), file("both/old"), file("stays")]);

    await at.apply([
      file(".wh.gone", ""),
      file(".wh.tree", ""),
      file("both/new"),
      file(".wh.both", ""),
      file(".wh.absent", ""),
    ]);

    expect(readdirSync(at.root(".")).toSorted()).toEqual(["both", "stays"]);
    expect(readdirSync(at.root("both"))).toEqual(["new"]);
  });

  it("empties opaque directories of what lower layers had, wherever the mark stands", async () => {
    await using at = await arena();
    await at.apply([file("first/old"), file("last/old"), file("last/sub/old")]);

    await at.apply([
      file("first/.wh..wh..opq", ""),
      file("first/new"),
      file("last/sub/new"),
      file("last/.wh..wh..opq", ""),
    ]);

    expect(readdirSync(at.root("first"))).toEqual(["new"]);
    expect(readdirSync(at.root("last"))).toEqual(["sub"]);
    expect(readdirSync(at.root("last/sub"))).toEqual(["new"]);
  });
});

describe("a hostile layer", () => {
  it.each([
    ["a name that climbs", file("../outside/evil")],
    ["a name that climbs from within", file("a/../../outside/evil")],
    ["a hard link that climbs", hard("x", "../outside/secret")],
    ["a hard link to nothing", hard("x", "absent")],
    ["a whiteout of the directory itself", file("a/.wh.", "")],
    ["a whiteout of the directory above", file("a/.wh...", "")],
    ["the root as a file", file("./")],
    ["the root as a link", link(".", "/etc")],
  ])("with %s is refused", async (_, entry) => {
    await using at = await arena();

    await expect(at.apply([entry])).rejects.toMatchObject({ code: "unsafe-path" });
    expect(at.outside()).toEqual(["secret=untouched"]);
  });

  it("with absolute names stays inside", async () => {
    await using at = await arena();

    await at.apply([file("/etc/x", "in")]);

    expect(readFileSync(at.root("etc/x"), "utf8")).toBe("in");
  });

  it.each([
    ["relative", "../outside"],
    ["deep", "../../../../../../../../outside"],
    ["absolute", "/outside"],
  ])(
    "with a %s symbolic link out of the root writes inside, as a chroot would",
    async (_, target) => {
      await using at = await arena();

      await at.apply([
        link("esc", target),
        file("esc/evil", "in"),
        hard("esc/copy", "esc/evil"),
        directory("esc/dir", 0o700),
        file("esc/.wh.secret", ""),
      ]);

      expect(at.outside()).toEqual(["secret=untouched"]);
      expect(readFileSync(at.root("outside/evil"), "utf8")).toBe("in");
      expect(lstatSync(at.root("outside/copy")).nlink).toBe(2);
    },
  );

  it("with the absolute path of this machine as a link target writes inside", async () => {
    await using at = await arena();

    await at.apply([link("esc", at.scratch.at("outside")), file("esc/evil", "in")]);

    expect(at.outside()).toEqual(["secret=untouched"]);
    expect(readFileSync(at.root(`${at.scratch.at("outside")}/evil`), "utf8")).toBe("in");
  });

  it("with links over several layers and steps stays inside", async () => {
    await using at = await arena();
    await at.apply([link("a", "b/.."), link("b", "c"), link("c", "..")]);

    await at.apply([file("a/../outside2/x", "in")]).catch(() => undefined);
    await at.apply([file("a/y", "in")]);

    expect(at.outside()).toEqual(["secret=untouched"]);
    expect(readFileSync(at.root("y"), "utf8")).toBe("in");
  });

  it("does not write through a symbolic link that has the file's own name", async () => {
    await using at = await arena();
    symlinkSync(at.scratch.at("outside", "secret"), at.root("x"));

    await at.apply([file("x", "evil")]);

    expect(at.outside()).toEqual(["secret=untouched"]);
    expect(lstatSync(at.root("x")).isFile()).toBe(true);
  });

  it("that swaps a directory for a link between two entries stays inside", async () => {
    await using at = await arena();

    await at.apply([directory("d"), file("d/one"), link("d", "../outside"), file("d/evil", "in")]);

    expect(at.outside()).toEqual(["secret=untouched"]);
    expect(readFileSync(at.root("outside/evil"), "utf8")).toBe("in");
  });

  it("with a loop of links is refused", async () => {
    await using at = await arena();

    await expect(at.apply([link("a", "b"), link("b", "a"), file("a/x")])).rejects.toMatchObject({
      code: "unsafe-path",
    });
  });

  it("does not delete or chmod through links", async () => {
    await using at = await arena();
    symlinkSync(at.scratch.at("outside"), at.root("d"));

    await at.apply([file("d/.wh..wh..opq", ""), directory("d", 0o777)]);

    expect(at.outside()).toEqual(["secret=untouched"]);
  });

  it("beyond the limits is refused", async () => {
    await using at = await arena();

    await expect(
      at.apply([file("big", "x".repeat(5000))], { maxBytes: 4000 }),
    ).rejects.toMatchObject({ code: "too-large" });
    await expect(at.apply([file("a"), file("b")], { maxEntries: 1 })).rejects.toMatchObject({
      code: "too-large",
    });
  });

  it.each([0.3, 0.6, 0.9])("cut at %f of its length is refused", async (part) => {
    await using at = await arena();
    const tar = await collect(packEntries([file("a", "y".repeat(4000))]));
    const cut = tar.subarray(0, Math.floor((tar.byteLength - 1024) * part));

    await expect(unpackLayer(chunks(cut), at.root("."))).rejects.toMatchObject({
      code: "invalid-content",
    });
    await expect(
      unpackLayer(chunks(gzipSync(tar).subarray(0, 60)), at.root(".")),
    ).rejects.toMatchObject({ code: "invalid-content" });
  });

  it("that is no archive is refused", async () => {
    await using at = await arena();

    await expect(unpackLayer(chunks("no tar ".repeat(200)), at.root("."))).rejects.toMatchObject({
      code: "invalid-content",
    });
  });

  it("stops when asked to", async () => {
    await using at = await arena();
    const stop = AbortSignal.abort();

    await expect(at.apply([file("a")], { signal: stop })).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});
