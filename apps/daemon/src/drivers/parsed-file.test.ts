import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { expect, it } from "vitest";
import { ParsedFile } from "./parsed-file.ts";

it("reads a file once as long as it stays, and anew when it is another", async () => {
  await using temp = await TempDir.create("gantry-parsed-");
  const path = join(temp.path, "file");
  let reads = 0;
  const file = new ParsedFile(path, async (from) => {
    reads += 1;
    return readFile(from, "utf8").catch(() => "none");
  });

  expect([await file.value(), await file.value(), reads]).toEqual(["none", "none", 1]);
  await writeFile(path, "one");
  expect(await Promise.all([file.value(), file.value()])).toEqual(["one", "one"]);
  await writeFile(path, "two");
  expect(await file.value()).toBe("two");
  await rm(path);
  expect(await file.value()).toBe("none");
});
