import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Image } from "@gantry/reports";
import type { Case, Requirement } from "../case.ts";
import { freshId } from "../fresh-id.ts";
import { type BuildBench, buildCase, RUNS } from "./build-bench.ts";

const SECRETS: Requirement = { ...RUNS, buildFeatures: ["secrets"] };

/** A secret reaches the step that asks for it and stays nowhere. */
export const secretCases: readonly Case[] = [
  buildCase(
    {
      id: "build.secret",
      title: "shows a secret to its step and leaves it nowhere",
      requires: SECRETS,
    },
    async (bench) => {
      const value = `secret${randomBytes(12).toString("hex")}`;
      const test = `test "$(wc -c < /run/secrets/token)" -eq ${value.length} && cp /run/secrets/token /dev/null`;
      const text = `FROM ${bench.base}\nRUN --mount=type=secret,id=token : ${freshId()} && ${test}\nRUN test ! -s /run/secrets/token\n`;
      const secrets = [{ id: "token", read: async () => Buffer.from(value) }];
      const built = await bench.build(await bench.request(text, { secrets }));
      assert.ok(
        !JSON.stringify({ ...built }).includes(value),
        "the secret is in an event or in the result",
      );
      await assertNotInImage(bench, built.image, value);
    },
  ),
  buildCase(
    {
      id: "build.secret-unread",
      title: "does not read a secret that no step asks for",
      requires: { buildFeatures: ["secrets"] },
    },
    async (bench) => {
      let reads = 0;
      const read = async () => {
        reads += 1;
        return Buffer.from("x");
      };
      await bench.build(
        await bench.fromNothing("LABEL a=b", { secrets: [{ id: "unused", read }] }),
      );
      assert.equal(reads, 0);
    },
  ),
];

async function assertNotInImage(bench: BuildBench, image: Image, value: string): Promise<void> {
  const images = bench.context.driver.images;
  if (images?.exportTo === undefined) return;
  const dir = await mkdtemp(join(tmpdir(), "gantry-layout-"));
  try {
    await images.exportTo({ id: image.id }, dir, { signal: bench.signal, report: async () => {} });
    const blobs = await readdir(join(dir, "blobs/sha256"));
    for (const blob of blobs) {
      const bytes = unzipped(await readFile(join(dir, "blobs/sha256", blob)));
      assert.ok(!bytes.includes(value), `the secret is in blob ${blob}`);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function unzipped(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}
