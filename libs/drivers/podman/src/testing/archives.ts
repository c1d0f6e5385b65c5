import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";

type Files = Readonly<Record<string, string | Buffer>>;

export async function archiveOf(files: Files): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return buffer(tar);
}

const hash = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** An image with one file, which no other image has. */
async function parts(word: string) {
  const layer = await archiveOf({ word });
  const config = JSON.stringify({
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: [`sha256:${hash(layer)}`] },
  });
  return { layer, config };
}

/** What `docker save` writes of an image with that name; then it lists one that is not in it. */
export async function brokenArchive(name: string): Promise<Buffer> {
  const { layer, config } = await parts(name);
  const listed = ["own.json", "missing.json"].map((file, at) => ({
    Config: file,
    RepoTags: [at === 0 ? name : `${name}-more`],
    Layers: ["layer.tar"],
  }));
  const manifest = JSON.stringify(listed);
  return archiveOf({ "own.json": config, "layer.tar": layer, "manifest.json": manifest });
}

/** An OCI layout with an image of that name and with an annotation. */
export async function annotatedArchive(name: string, annotation: string): Promise<Buffer> {
  const { layer, config } = await parts(name);
  const of = (mediaType: string, bytes: string | Buffer) => ({
    mediaType: `application/vnd.oci.image.${mediaType}`,
    digest: `sha256:${hash(bytes)}`,
    size: Buffer.byteLength(bytes),
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: of("config.v1+json", config),
    layers: [of("layer.v1.tar", layer)],
    annotations: { [annotation]: "x" },
  });
  const named = { "org.opencontainers.image.ref.name": name };
  const root = { ...of("manifest.v1+json", manifest), annotations: named };
  return archiveOf({
    "oci-layout": '{"imageLayoutVersion":"1.0.0"}',
    "index.json": JSON.stringify({ schemaVersion: 2, manifests: [root] }),
    ...Object.fromEntries(
      [layer, config, manifest].map((bytes) => [`blobs/sha256/${hash(bytes)}`, bytes]),
    ),
  });
}
