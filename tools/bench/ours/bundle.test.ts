import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { parseManifest } from "@gantry/manifest";
import { expect, test } from "vitest";
import { copyBundle, writePrintingBundle } from "./bundle.ts";

test("copies a bundle's source with another base image, and leaves out what was generated", async () => {
  await using dir = await TempDir.create("gantry-bundle-");
  const [from, to] = [join(dir.path, "from"), join(dir.path, "to")];
  await mkdir(join(from, ".cnab"), { recursive: true });
  await writeFile(join(from, "porter.yaml"), "ARG BASE=kept\n");
  await writeFile(join(from, "template.Dockerfile"), "ARG BASE=debian\nFROM ${BASE}\n");

  await copyBundle(from, to, "127.0.0.1:5000/base:1");

  expect((await readdir(to)).toSorted()).toEqual(["porter.yaml", "template.Dockerfile"]);
  const dockerfile = await readFile(join(to, "template.Dockerfile"), "utf8");
  expect(dockerfile).toBe("ARG BASE=127.0.0.1:5000/base:1\nFROM ${BASE}\n");
  expect(await readFile(join(to, "porter.yaml"), "utf8")).toBe("ARG BASE=kept\n");
});

test("writes a bundle that is valid and prints as many lines as asked", async () => {
  await using dir = await TempDir.create("gantry-bundle-");
  const path = join(dir.path, "printing");

  await writePrintingBundle(path, { lines: 7, base: "scratch" });

  const text = await readFile(join(path, "porter.yaml"), "utf8");
  expect(parseManifest(text, { path: "porter.yaml" }).name).toBe("printing");
  expect(text).toContain('"7"]');
});
