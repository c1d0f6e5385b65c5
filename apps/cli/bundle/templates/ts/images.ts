import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type Engine, Refused } from "./engine.ts";
import { imageName, type RunSpec } from "./spec.ts";
import { END, header, padding } from "./tar.ts";
import { DriverError } from "./wire.ts";

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

interface EngineImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly Os: string;
  readonly Architecture: string;
  readonly Size: number;
  readonly Config: {
    readonly User?: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
}

/** The image as the engine has it, in the protocol's words; `null` when it has none. */
export async function inspectImage(engine: Engine, ref: RunSpec["image"]): Promise<object | null> {
  try {
    const path = encodeURIComponent(imageName(ref));
    const image = await engine.json<EngineImage>(`GET /images/${path}/json`);
    return {
      id: image.Id,
      references: image.RepoTags ?? [],
      platform: { os: image.Os, architecture: image.Architecture },
      size: image.Size,
      user: image.Config.User ?? "",
      labels: image.Config.Labels ?? {},
    };
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

/** Takes the image with manifest `digest` out of the OCI image layout in `layoutDir`; its id stays the same. */
export async function importImage(
  engine: Engine,
  layoutDir: string,
  digest: string,
): Promise<object> {
  const missing = new DriverError("image-not-found", `${layoutDir} has no image ${digest}.`, {
    hint: "Build it again.",
  });
  const manifest = await readManifest(blobPath(layoutDir, digest)).catch(() => undefined);
  if (manifest === undefined) throw missing;
  const id = manifest.config.digest;
  const present = await inspectImage(engine, { id });
  if (present !== null) return present;
  const body = Readable.from(archiveOf(layoutDir, manifest));
  const answer = await text(
    await engine.stream("POST /images/load", { query: { quiet: "1" }, body }),
  );
  const loaded = await inspectImage(engine, { id });
  if (loaded !== null) return loaded;
  throw new DriverError(
    "image-mismatch",
    `The engine did not take the image: ${answer.slice(0, 500)}`,
    {
      hint: "Use an engine that keeps images by the digest of their configuration.",
    },
  );
}

async function readManifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(path, "utf8"));
}

/** The archive of `docker load`: the blobs as they are, and a list that says what is what. */
async function* archiveOf(layoutDir: string, manifest: Manifest): AsyncGenerator<Buffer> {
  const digests = [manifest.config.digest, ...manifest.layers.map(({ digest }) => digest)];
  for (const digest of new Set(digests)) {
    const path = blobPath(layoutDir, digest);
    const { size } = await stat(path);
    yield header({ path: nameOf(digest), mode: 0o644, uid: 0, gid: 0, size });
    yield* createReadStream(path);
    yield padding(size);
  }
  const [config, ...layers] = digests.map(nameOf);
  const list = Buffer.from(JSON.stringify([{ Config: config, RepoTags: [], Layers: layers }]));
  yield header({ path: "manifest.json", mode: 0o644, uid: 0, gid: 0, size: list.length });
  yield list;
  yield padding(list.length);
  yield END;
}

function nameOf(digest: string): string {
  return digest.replace("sha256:", "");
}

function blobPath(layoutDir: string, digest: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return join(layoutDir, "blobs/sha256", nameOf(digest));
  const hint = "Name the digest of a manifest.";
  throw new DriverError("invalid-request", `${JSON.stringify(digest)} is no digest.`, { hint });
}
