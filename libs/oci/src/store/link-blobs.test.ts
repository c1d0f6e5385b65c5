import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Scratch } from "../testing/scratch.ts";
import { linkBlobs } from "./link-blobs.ts";

it("blobs are in both places once, and one that is there stays", async () => {
  await using scratch = await Scratch.make();
  const [from, to] = [scratch.at("from"), scratch.at("to")];
  const blobs = (dir: string) => join(dir, "blobs/sha256");
  for (const dir of [from, to]) mkdirSync(blobs(dir), { recursive: true });
  for (const name of ["a", "b", "c"]) writeFileSync(join(blobs(from), name), name);
  writeFileSync(join(blobs(to), "b"), "own");

  await linkBlobs(from, to);

  expect(readdirSync(blobs(to))).toEqual(["a", "b", "c"]);
  const inode = (dir: string, name: string) => statSync(join(blobs(dir), name)).ino;
  expect(inode(to, "a")).toBe(inode(from, "a"));
  expect(inode(to, "c")).toBe(inode(from, "c"));
  expect(inode(to, "b")).not.toBe(inode(from, "b"));
});

it("a store that is not there has nothing to link", async () => {
  await using scratch = await Scratch.make();

  await linkBlobs(scratch.at("nowhere"), scratch.at("to"));

  expect(readdirSync(join(scratch.at("to"), "blobs/sha256"))).toEqual([]);
});
