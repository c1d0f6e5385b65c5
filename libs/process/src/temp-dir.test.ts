import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findExecutable, TempDir } from "./index.ts";

test("a temporary directory is private, and gone with all in it", async () => {
  let path = "";
  {
    await using dir = await TempDir.create();
    path = dir.path;
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await mkdir(join(path, "deep/er"), { recursive: true });
    await writeFile(join(path, "deep/er/file"), "x");
  }
  await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("an executable is found in the order of PATH; files and directories that cannot run are not", async () => {
  await using dir = await TempDir.create();
  for (const name of ["a", "b", "c"]) await mkdir(join(dir.path, name));
  await mkdir(join(dir.path, "a", "tool"));
  await writeFile(join(dir.path, "b", "tool"), "");
  await writeFile(join(dir.path, "c", "tool"), "#!/bin/sh\n");
  await chmod(join(dir.path, "c", "tool"), 0o755);
  const path = ["a", "b", "c"].map((name) => join(dir.path, name)).join(":");

  expect(await findExecutable("tool", `:${path}`)).toBe(join(dir.path, "c", "tool"));
  expect(await findExecutable("other", path)).toBeUndefined();
  expect(await findExecutable("tool", undefined)).toBeUndefined();
});
