import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { chunks, collect, run, Scratch } from "../testing/scratch.ts";
import { packEntries, packLayer, type PackOptions } from "./pack.ts";
import { readTar, type TarHeader } from "./tar.ts";

const isRoot = process.getuid?.() === 0;

async function headers(tar: Buffer): Promise<TarHeader[]> {
  const found: TarHeader[] = [];
  for await (const { header } of readTar(chunks(tar))) found.push(header);
  return found;
}

const names = async (directory: string, options: PackOptions = {}) =>
  (await headers(await collect(packLayer(directory, options)))).map(({ name }) => name);

function fill(scratch: Scratch, order: readonly string[]): void {
  for (const name of order) writeFileSync(scratch.at(name), name);
  mkdirSync(scratch.at("dir"));
  writeFileSync(scratch.at("dir", "in"), "in");
}

describe("packLayer", () => {
  it("gives the same bytes for the same tree, whenever and in whatever order it was made", async () => {
    await using one = await Scratch.make();
    await using two = await Scratch.make();
    fill(one, ["b", "a", "c"]);
    fill(two, ["c", "b", "a"]);
    utimesSync(two.at("a"), 1, 1_500_000_000);

    const packed = await collect(packLayer(one.path));

    expect(packed.equals(await collect(packLayer(two.path)))).toBe(true);
    expect((await headers(packed)).map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
      "dir/",
      "dir/in",
    ]);
  });

  it("clamps times to the epoch, and keeps older ones", async () => {
    await using scratch = await Scratch.make();
    writeFileSync(scratch.at("new"), "");
    writeFileSync(scratch.at("old"), "");
    utimesSync(scratch.at("old"), 1, 500);

    const packed = await headers(await collect(packLayer(scratch.path, { epoch: 1_000 })));

    expect(packed.map(({ name, mtime }) => [name, mtime])).toEqual([
      ["new", 1_000],
      ["old", 500],
    ]);
  });

  it("is read by GNU tar: names, modes, links and long paths", async () => {
    await using scratch = await Scratch.make();
    const long = `${"l".repeat(120)}/${"é".repeat(100)}`;
    mkdirSync(scratch.at("in", "l".repeat(120)), { recursive: true });
    mkdirSync(scratch.at("out"));
    writeFileSync(scratch.at("in", long), "far");
    writeFileSync(scratch.at("in", "closed"), "0");
    chmodSync(scratch.at("in", "closed"), 0);
    writeFileSync(scratch.at("in", "big"), "b".repeat(700_000));
    linkSync(scratch.at("in", "big"), scratch.at("in", "same"));
    symlinkSync("/etc/nowhere", scratch.at("in", "z"));
    writeFileSync(scratch.at("layer.tar"), await collect(packLayer(scratch.at("in"))));

    await run("tar", ["-xpf", scratch.at("layer.tar"), "-C", scratch.at("out")]);

    const compare = ["-r", "--no-dereference", scratch.at("in"), scratch.at("out")];
    expect((await run("diff", compare)).stdout).toBe("");
    const { stdout } = await run("stat", [
      "-c",
      "%a %h",
      scratch.at("out", "closed"),
      scratch.at("out", "same"),
    ]);
    expect(stdout).toBe("0 1\n644 2\n");
  });

  it("maps owners, also beyond what the header's octal digits hold", async () => {
    await using scratch = await Scratch.make();
    writeFileSync(scratch.at("a"), "");

    const options = { owner: () => ({ uid: 3_000_000_000, gid: 4 }) };
    const [header] = await headers(await collect(packLayer(scratch.path, options)));

    expect(header).toMatchObject({ uid: 3_000_000_000, gid: 4 });
  });

  it("writes further whiteouts, opaque marks and a prefix, and leaves out what is skipped", async () => {
    await using scratch = await Scratch.make();
    fill(scratch, ["a", "tmp"]);

    const packed = await names(scratch.path, {
      prefix: "/opt/x",
      skip: (path) => path === "tmp",
      whiteouts: ["/gone", "dir/gone", "absent/gone"],
      opaque: ["dir"],
    });

    expect(packed).toEqual([
      "opt/",
      "opt/x/",
      "opt/x/.wh.gone",
      "opt/x/a",
      "opt/x/dir/",
      "opt/x/dir/.wh..wh..opq",
      "opt/x/dir/.wh.gone",
      "opt/x/dir/in",
      "opt/x/absent/.wh.gone",
    ]);
  });

  it("leaves sockets out", async () => {
    await using scratch = await Scratch.make();
    const server = createServer().listen(scratch.at("socket"));
    await new Promise((resolve) => server.once("listening", resolve));

    expect(await names(scratch.path)).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  });

  it.runIf(isRoot)(
    "turns overlayfs deletions into whiteouts, and keeps other devices",
    async () => {
      await using scratch = await Scratch.make();
      mkdirSync(scratch.at("dir"));
      await run("mknod", [scratch.at("dir", "gone"), "c", "0", "0"]);
      await run("mknod", [scratch.at("null"), "c", "1", "3"]);
      await run("mknod", [scratch.at("disk"), "b", "259", "70000"]);

      const packed = await headers(await collect(packLayer(scratch.path)));

      expect(packed).toMatchObject([
        { name: "dir/", type: "directory" },
        { name: "dir/.wh.gone", type: "file", size: 0 },
        { name: "disk", type: "block-device", devmajor: 259, devminor: 70_000 },
        { name: "null", type: "character-device", devmajor: 1, devminor: 3 },
      ]);
    },
  );

  it("fails on a directory that is not there", async () => {
    await expect(collect(packLayer("/nonexistent/tree"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("stops when its reader goes away", async () => {
    await using scratch = await Scratch.make();
    writeFileSync(scratch.at("big"), Buffer.alloc(20_000_000));
    let seen = 0;

    for await (const chunk of packLayer(scratch.path)) {
      seen += chunk.byteLength;
      if (seen > 1_000_000) break;
    }

    expect(seen).toBeLessThan(20_000_000);
  });
});

describe("packEntries", () => {
  it("refuses a body that is not as long as its header says", async () => {
    const packing = collect(packEntries([{ name: "a", size: 10, body: chunks("four") }]));

    await expect(packing).rejects.toMatchObject({ code: "invalid-content" });
  });
});
