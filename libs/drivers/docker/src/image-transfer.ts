import { Readable } from "node:stream";
import type { Work } from "@gantry/driver-api";
import {
  chainIds,
  ContentStore,
  exportDockerArchive,
  importDockerArchive,
  mediaTypes,
  parseDigest,
  readImage,
} from "@gantry/oci";
import type { ImageAnswer } from "./answers.ts";
import { ImagesAnswer, RootfsAnswer } from "./answers.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { garbled, imageMissing } from "./errors.ts";
import { progressOf } from "./progress-stream.ts";

type Digest = ReturnType<typeof parseDigest>;

/** Enough to know the layers of nearly every base image at hand; the rest is sent again. */
const MAX_IMAGES = 200;

/** Writes `image` into the OCI layout at `layoutDir`; gives its manifest's digest there. */
export async function exportImage(
  engine: DockerEngine,
  image: ImageAnswer,
  { layoutDir, work }: { readonly layoutDir: string; readonly work: Work },
): Promise<string> {
  const store = await ContentStore.open(layoutDir);
  await using _lease = await store.lease();
  const { signal } = work;
  const archive = await engine.stream({ method: "GET", path: `/images/${image.Id}/get`, signal });
  const [imported] = await importDockerArchive(counted(archive, image, work), store, { signal });
  if (imported === undefined) throw garbled("image archive");
  // Under its own id, so that a collection of the store's garbage leaves it.
  await store.tag(image.Id, imported.descriptor);
  return imported.descriptor.digest;
}

async function* counted(
  archive: Readable,
  image: ImageAnswer,
  work: Work,
): AsyncGenerator<Uint8Array> {
  let current = 0;
  for await (const chunk of archive) {
    const bytes = Buffer.from(chunk);
    yield bytes;
    current += bytes.length;
    await work.report({ kind: "progress", title: `Exporting ${image.Id}`, current, unit: "bytes" });
  }
}

/** Loads the image with manifest `digest` from the OCI layout at `layoutDir`; gives its id. Layers that the engine has are not sent. */
export async function importImage(
  engine: DockerEngine,
  {
    layoutDir,
    digest,
    work,
  }: { readonly layoutDir: string; readonly digest: string; readonly work: Work },
): Promise<string> {
  const { signal } = work;
  const store = await ContentStore.openLayout(layoutDir);
  const size = await store.size(parseDigest(digest));
  if (size === undefined) throw imageMissing(`${digest} in ${layoutDir}`);
  const descriptor = { mediaType: mediaTypes.manifest, digest: parseDigest(digest), size };
  const [image, present] = await Promise.all([
    readImage(store, descriptor),
    layersOf(engine, signal),
  ]);
  const archive = Readable.from(exportDockerArchive({ store, image: descriptor, present }));
  const request = {
    method: "POST",
    path: "/images/load",
    query: { quiet: "0" },
    body: archive,
    signal,
  } as const;
  for await (const item of progressOf(await engine.stream(request), `importing ${digest}`)) {
    const { current, total } = item.progressDetail ?? {};
    if (current === undefined) continue;
    const title = `Importing ${item.id ?? digest}`;
    await work.report({
      kind: "progress",
      title,
      current,
      ...(total !== undefined && { total }),
      unit: "bytes",
    });
  }
  return image.configDigest;
}

/** The chain ids of all layers that the engine's images have. */
async function layersOf(engine: DockerEngine, signal: AbortSignal): Promise<ReadonlySet<Digest>> {
  const images = await engine.json({ method: "GET", path: "/images/json", signal }, ImagesAnswer);
  const chains = await Promise.all(
    images.slice(0, MAX_IMAGES).map(async ({ Id }) => {
      try {
        const request = { method: "GET", path: `/images/${Id}/json`, signal } as const;
        const { RootFS } = await engine.json(request, RootfsAnswer);
        return chainIds((RootFS.Layers ?? []).map(parseDigest));
      } catch {
        // It was removed since the list was made: its layers are sent.
        return [];
      }
    }),
  );
  return new Set(chains.flat());
}
