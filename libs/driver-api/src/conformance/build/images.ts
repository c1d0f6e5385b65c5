import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Image } from "@gantry/reports";
import type { ImageFacet } from "../../images.ts";
import type { Case, Requirement } from "../case.ts";
import { expectDriverError } from "../expect-driver-error.ts";
import { freshId } from "../fresh-id.ts";
import { BuildBench } from "./build-bench.ts";

/** The image store keeps, names, hands out and takes in images without changing them. */
export const imageCases: readonly Case[] = [
  imageCase(
    {
      id: "images.inspect",
      title: "tells of an image by id and by name, and of none that is not there",
    },
    async (bench, images) => {
      const made = await anImage(bench);
      const [reference = ""] = made.references;
      assert.equal((await images.inspect({ id: made.id }, bench.signal))?.id, made.id);
      assert.equal((await images.inspect({ reference }, bench.signal))?.id, made.id);
      assert.equal(
        await images.inspect({ reference: `conformance.test/${freshId()}:no` }, bench.signal),
        undefined,
      );
      assert.equal(
        await images.inspect({ id: `sha256:${"0".repeat(64)}` }, bench.signal),
        undefined,
      );
    },
  ),
  imageCase(
    {
      id: "images.tag",
      title: "gives an image a further name",
      requires: { imageMembers: ["tag", "remove"] },
    },
    async (bench, images) => {
      const made = await anImage(bench);
      const reference = `conformance.test/${freshId()}:tagged`;
      await images.tag?.({ id: made.id }, reference, bench.signal);
      const tagged = await images.inspect({ reference }, bench.signal);
      assert.equal(tagged?.id, made.id);
      assert.ok(tagged?.references.includes(reference));
      await images.remove?.({ reference }, bench.signal);
      assert.equal(await images.inspect({ reference }, bench.signal), undefined);
      assert.equal(
        (await images.inspect({ id: made.id }, bench.signal))?.id,
        made.id,
        "the image went with one of its names",
      );
    },
  ),
  imageCase(
    {
      id: "images.tag-unknown",
      title: "cannot name an image that is not there",
      requires: { imageMembers: ["tag"] },
    },
    async (bench, images) => {
      const tag = images.tag?.(
        { id: `sha256:${"1".repeat(64)}` },
        "conformance.test/x:y",
        bench.signal,
      );
      await expectDriverError(tag ?? Promise.resolve(), "image-not-found", "not-found");
    },
  ),
  imageCase(
    {
      id: "images.remove-twice",
      title: "takes a second removal",
      requires: { imageMembers: ["remove"] },
    },
    async (bench, images) => {
      const made = await anImage(bench);
      await images.remove?.({ id: made.id }, bench.signal);
      assert.equal(await images.inspect({ id: made.id }, bench.signal), undefined);
      await images.remove?.({ id: made.id }, bench.signal);
      await images.remove?.({ reference: `conformance.test/${freshId()}:no` }, bench.signal);
    },
  ),
  imageCase(
    {
      id: "images.round-trip",
      title: "exports an image and takes it back with the same id",
      requires: { imageMembers: ["exportTo", "importFrom", "remove"] },
    },
    roundTrip,
  ),
  imageCase(
    {
      id: "images.import-missing",
      title: "says that a layout does not hold the image",
      requires: { imageMembers: ["importFrom"] },
    },
    async (bench, images) => {
      const dir = await bench.tree({
        "oci-layout": '{"imageLayoutVersion":"1.0.0"}',
        "index.json": '{"schemaVersion":2,"manifests":[]}',
      });
      const work = { signal: bench.signal, report: async () => {} };
      const taken = images.importFrom?.(dir, `sha256:${"2".repeat(64)}`, work);
      await expectDriverError(
        taken ?? Promise.resolve(),
        "image-not-found",
        "not-found",
        "invalid-request",
      );
    },
  ),
];

async function roundTrip(bench: BuildBench, images: ImageFacet): Promise<void> {
  const made = await anImage(bench);
  const dir = await mkdtemp(join(tmpdir(), "gantry-layout-"));
  try {
    const work = { signal: bench.signal, report: async () => {} };
    const digest = await images.exportTo?.({ id: made.id }, join(dir, "new"), work);
    assert.match(digest ?? "", /^sha256:[0-9a-f]{64}$/);
    await images.remove?.({ id: made.id }, bench.signal);
    const back = await images.importFrom?.(join(dir, "new"), digest ?? "", work);
    assert.equal(back?.id, made.id);
    assert.equal(back?.labels["mark"], made.labels["mark"]);
    assert.equal((await images.inspect({ id: made.id }, bench.signal))?.id, made.id);
    await images.remove?.({ id: made.id }, bench.signal);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function anImage(bench: BuildBench): Promise<Image> {
  return (await bench.build(await bench.fromNothing(`LABEL mark=${freshId()}`))).image;
}

function imageCase(
  about: { readonly id: string; readonly title: string; readonly requires?: Requirement },
  check: (bench: BuildBench, images: ImageFacet) => Promise<void>,
): Case {
  return {
    ...about,
    requires: { ...about.requires, facet: "build" },
    run: async (context) => {
      assert.ok(context.driver.images !== undefined, "a driver that builds tells of its images");
      await check(new BuildBench(context), context.driver.images);
    },
  };
}
