import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contentDigest } from "./content-digest.ts";
import { ContentError } from "./content-error.ts";
import { staysInside } from "./content-listing.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "gantry-content-"));
  await mkdir(join(dir, "lib"));
  await writeFile(join(dir, "main.sh"), "#!/bin/sh\n", { mode: 0o755 });
  await writeFile(join(dir, "lib", "a.txt"), "a");
  await symlink("lib/a.txt", join(dir, "link"));
});
afterEach(() => rm(dir, { recursive: true }));

const sha512 = (text: string, form: "hex" | "base64"): string =>
  createHash("sha512").update(text).digest(form);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  return error instanceof ContentError ? error.code : `no ContentError: ${String(error)}`;
}

describe("the digest of a package's content", () => {
  it("is the sha512 of the documented listing", async () => {
    const listing = [
      JSON.stringify(["file", "lib/a.txt", "-", 1, sha512("a", "hex")]),
      JSON.stringify(["link", "link", "lib/a.txt"]),
      JSON.stringify(["file", "main.sh", "x", 10, sha512("#!/bin/sh\n", "hex")]),
    ];
    expect(await contentDigest(dir)).toBe(`sha512-${sha512(`${listing.join("\n")}\n`, "base64")}`);
  });

  it("does not depend on times, other mode bits and empty directories", async () => {
    const before = await contentDigest(dir);
    await mkdir(join(dir, "empty"));
    await utimes(join(dir, "main.sh"), 1, 1);
    await chmod(join(dir, "lib", "a.txt"), 0o600);
    expect(await contentDigest(dir)).toBe(before);
  });

  it.each([
    ["a byte", () => writeFile(join(dir, "lib", "a.txt"), "b")],
    ["a mode", () => chmod(join(dir, "main.sh"), 0o644)],
    ["a file more", () => writeFile(join(dir, "more"), "")],
    ["a link's target", () => symlink("main.sh", join(dir, "other"))],
  ])("changes with %s", async (_what, change) => {
    const before = await contentDigest(dir);
    await change();
    expect(await contentDigest(dir)).not.toBe(before);
  });

  it("tells a visitor the very bytes", async () => {
    const seen: string[] = [];
    await contentDigest(dir, {
      visitor: {
        file: async ({ path, bytes, executable }) =>
          void seen.push(`${path} ${bytes.toString()} ${executable}`),
        link: async ({ path, target }) => void seen.push(`${path} -> ${target}`),
      },
    });
    expect(seen.toSorted()).toEqual([
      "lib/a.txt a false",
      "link -> lib/a.txt",
      "main.sh #!/bin/sh\n true",
    ]);
  });

  it.each([
    ["link-leaves", () => symlink("/etc/passwd", join(dir, "out"))],
    ["link-leaves", () => symlink("../../etc/passwd", join(dir, "lib", "out"))],
    ["not-a-file", () => execFileSync("mkfifo", [join(dir, "pipe")])],
    ["bad-name", () => writeFile(Buffer.from([...Buffer.from(`${dir}/`), 0xff]), "")],
  ])("refuses what is %s", async (code, plant) => {
    await plant();
    expect(await codeOf(contentDigest(dir))).toBe(code);
  });

  it("refuses a package that is too large before it is read", async () => {
    expect(await codeOf(contentDigest(dir, { maxBytes: 10 }))).toBe("too-large");
  });
});

describe("whether a link stays inside", () => {
  it.each([
    ["a", "b", true],
    ["a/b", "../c", true],
    ["a", "..", false],
    ["a/b", "../..", false],
    ["a/b", "../../c", false],
    ["a", "b/../../c", false],
    ["a/b/c", "./../x", true],
    ["a", "", false],
  ])("%s -> %s: %s", (path, target, inside) => {
    expect(staysInside(path, target)).toBe(inside);
  });
});
