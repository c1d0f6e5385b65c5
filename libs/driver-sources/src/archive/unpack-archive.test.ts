import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { type TarEntry, writeTar } from "@gantry/oci";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readStream } from "../store.ts";
import { sampleManifest, writeSample } from "../testing/sample-driver.ts";
import { copyDirectory } from "./copy-directory.ts";
import { packArchive } from "./pack-archive.ts";
import { unpackArchive } from "./unpack-archive.ts";

const MANIFEST: TarEntry = {
  name: "package/gantry-driver.json",
  body: Buffer.from(JSON.stringify(sampleManifest())),
};
const options = { where: "the archive", signal: AbortSignal.timeout(60_000) };
const body = Buffer.from("x");

let dir: string;
let target: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "gantry-archive-"));
  target = join(dir, "target");
  await mkdir(target);
});
afterEach(() => rm(dir, { recursive: true }));

const unpack = (...entries: readonly TarEntry[]): Promise<string> =>
  unpackArchive(writeTar([MANIFEST, ...entries]), target, options);

describe("unpacking", () => {
  test("gives the files, executable or not, of what tar and npm make", async () => {
    await writeSample(join(dir, "package"));
    execFileSync("tar", ["-czf", join(dir, "a.tgz"), "-C", dir, "package"]);
    execFileSync("tar", ["-cf", join(dir, "b.tar"), "-C", join(dir, "package"), "."]);

    const first = await unpackArchive(readStream(join(dir, "a.tgz")), target, options);
    await mkdir(join(dir, "second"));
    const second = await unpackArchive(
      readStream(join(dir, "b.tar")),
      join(dir, "second"),
      options,
    );

    expect(first).toBe(join(target, "package"));
    expect(second).toBe(join(dir, "second"));
    expect(await readFile(join(first, "lib/part.txt"), "utf8")).toBe("part");
    expect((await stat(join(first, "main.sh"))).mode & 0o777).toBe(0o555);
    expect((await stat(join(second, "lib/part.txt"))).mode & 0o777).toBe(0o444);
  });

  test("packs the same bytes again, which unpack", async () => {
    const made = await writeSample(join(dir, "made"));
    const bytes = await bytesOf(packArchive(made));

    expect(await bytesOf(packArchive(made))).toEqual(bytes);
    const root = await unpackArchive(Readable.from([bytes]), target, options);
    expect((await readdir(root)).toSorted()).toEqual(["gantry-driver.json", "lib", "main.sh"]);
  });

  test.each<[string, TarEntry | readonly TarEntry[], RegExp]>([
    ["climbs out", { name: "package/../../out", body }, /leads out/],
    ["climbs out in the middle", { name: "package/a/../../../out", body }, /leads out/],
    ["is absolute", { name: "/tmp/gantry-out", body }, /absolute/],
    ["is a symlink", { name: "package/l", type: "symlink", linkname: "/etc" }, /symbolic link/],
    [
      "writes through a symlink",
      [
        { name: "package/l", type: "symlink", linkname: "../.." },
        { name: "package/l/out", body },
      ],
      /symbolic link/,
    ],
    ["is a hard link", { name: "package/h", type: "link", linkname: "/etc/passwd" }, /hard link/],
    ["is a device", { name: "package/d", type: "character-device" }, /device/],
    ["is a disk", { name: "package/d", type: "block-device" }, /device/],
    ["is a pipe", { name: "package/p", type: "fifo" }, /pipe/],
    ["is there twice", { name: "package/gantry-driver.json", body }, /twice/],
    [
      "is a folder and a file",
      [
        { name: "package/a", body },
        { name: "package/a/b", body },
      ],
      /once/,
    ],
    ["has a backslash", { name: "package/..\\out", body }, /unusual/],
    ["has a line end", { name: "package/a\nb", body }, /unusual/],
    ["has an escape", { name: "package/\u001b[2J", body }, /unusual/],
    ["is deep", { name: `package/${"a/".repeat(40)}b`, body }, /too deeply/],
    ["is long", { name: `package/${"a".repeat(1_100)}`, body }, /too long/],
    ["has a long name", { name: `package/${"a".repeat(300)}`, body }, /too long a name/],
  ])("refuses what %s, and writes nothing outside", async (_, entries, message) => {
    const before = await readdir(dir);
    const refused = unpack(...[entries].flat());

    await expect(refused).rejects.toMatchObject({
      code: "package-invalid",
      message: expect.stringMatching(message),
    });
    expect(await readdir(dir)).toEqual(before);
  });

  test("refuses what unpacks without end, early", async () => {
    const zeros = async function* () {
      for (let i = 0; i < 600; i += 1) yield Buffer.alloc(1 << 20);
    };
    const bomb = { name: "package/bomb", size: 600 << 20, body: zeros() };
    const packed = join(dir, "bomb.tgz");
    await writeFile(packed, gzipSync(await bytesOf(writeTar([MANIFEST, bomb])), { level: 1 }));
    expect((await stat(packed)).size).toBeLessThan(10 << 20);

    await expect(unpackArchive(readStream(packed), target, options)).rejects.toMatchObject({
      code: "package-invalid",
      message: expect.stringMatching(/512 MiB/),
    });
  });

  test("refuses more files than any driver has", async () => {
    const many = Array.from({ length: 20_001 }, (_, index) => ({ name: `package/${index}`, body }));
    await expect(unpack(...many)).rejects.toMatchObject({
      message: expect.stringMatching(/20,000/),
    });
  });

  test.each([
    ["garbage", Buffer.from("no archive at all, but longer than a block".repeat(40))],
    ["a cut archive", gzipSync(Buffer.alloc(4_096)).subarray(0, 20)],
    ["nothing", Buffer.alloc(0)],
  ])("refuses %s", async (_, bytes) => {
    await expect(unpackArchive(Readable.from([bytes]), target, options)).rejects.toMatchObject({
      code: "package-invalid",
    });
  });

  test("refuses an archive of something else", async () => {
    const other = writeTar([{ name: "package/package.json", body }]);
    await expect(unpackArchive(other, target, options)).rejects.toMatchObject({
      message: expect.stringMatching(/no gantry-driver\.json/),
    });
  });
});

describe("copying a directory", () => {
  test("leaves out what is the author's own", async () => {
    const made = await writeSample(
      join(dir, "made"),
      {},
      { ".npmrc": "token", ".git/x": "", "a/b": "" },
    );

    await copyDirectory(made, target, options.signal);

    expect((await readdir(target)).toSorted()).toEqual([
      "a",
      "gantry-driver.json",
      "lib",
      "main.sh",
    ]);
  });

  test("refuses a link, whatever it leads to", async () => {
    const made = await writeSample(join(dir, "made"));
    await symlink("/etc/passwd", join(made, "lib/passwd"));

    await expect(copyDirectory(made, target, options.signal)).rejects.toMatchObject({
      code: "package-invalid",
      message: expect.stringMatching(/lib\/passwd.*symbolic link/),
    });
  });
});

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
