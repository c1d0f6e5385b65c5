import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageFacet } from "@gantry/driver-api";
import type { Image, ImageRef } from "@gantry/reports";
import { z } from "zod";
import { imageNotFound } from "../errors.ts";
import { digestOf, type ImageStore, nameOf } from "./image-store.ts";
import { describeConfig } from "./image-config.ts";
import type { FakeOptions } from "../options.ts";
import { enter } from "../pace.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";

const Descriptor = z.looseObject({ digest: z.string() });
const Index = z.looseObject({ manifests: z.array(Descriptor) });
const Manifest = z.looseObject({ config: Descriptor });

/** The image facet: images that are configurations alone, moved in and out as OCI image layouts. */
export function fakeImages(options: FakeOptions, store: ImageStore): ImageFacet {
  return {
    async inspect(ref, signal) {
      await enter("inspect", options, signal);
      return store.find(ref);
    },
    async tag(ref, reference) {
      await store.name((await existing(store, ref)).id, reference);
    },
    remove: (ref) => store.remove(ref),
    async exportTo(ref, layoutDir, { signal }) {
      await enter("export", options, signal);
      const { id } = await existing(store, ref);
      return writeLayout(layoutDir, (await store.config(id)) ?? "");
    },
    async importFrom(layoutDir, digest, { signal }) {
      await enter("import", options, signal);
      const config = await readLayout(layoutDir, digest);
      const image = describeConfig(config);
      await store.put({ image, config }, []);
      return image;
    },
  };
}

async function existing(store: ImageStore, ref: ImageRef): Promise<Image> {
  const image = await store.find(ref);
  if (image === undefined) throw imageNotFound(nameOf(ref));
  return image;
}

async function writeLayout(dir: string, config: string): Promise<string> {
  await mkdir(join(dir, "blobs/sha256"), { recursive: true });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: digestOf(config), size: Buffer.byteLength(config) },
    layers: [],
  });
  for (const blob of [config, manifest]) await writeFile(blobPath(dir, digestOf(blob)), blob);
  const digest = digestOf(manifest);
  const entry = { mediaType: MANIFEST, digest, size: Buffer.byteLength(manifest) };
  const others = (await readIndex(dir)).manifests.filter((each) => each.digest !== digest);
  const index = { schemaVersion: 2, manifests: [...others, entry] };
  await writeFile(join(dir, "index.json"), JSON.stringify(index));
  await writeFile(join(dir, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return digest;
}

async function readLayout(dir: string, digest: string): Promise<string> {
  try {
    const manifest = Manifest.parse(JSON.parse(await readFile(blobPath(dir, digest), "utf8")));
    return await readFile(blobPath(dir, manifest.config.digest), "utf8");
  } catch {
    throw imageNotFound(`${digest} in layout ${dir}`);
  }
}

async function readIndex(dir: string): Promise<z.output<typeof Index>> {
  const text = await readFile(join(dir, "index.json"), "utf8").catch(() => '{"manifests":[]}');
  return Index.parse(JSON.parse(text));
}

function blobPath(dir: string, digest: string): string {
  return join(dir, "blobs/sha256", digest.replace("sha256:", ""));
}
