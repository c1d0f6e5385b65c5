import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { OciError, systemCode } from "../errors.ts";
import { canonicalJson, type Descriptor, Index, mediaTypes, parseJson } from "../schemas.ts";
import { syncDirectory } from "./blobs.ts";

/** The annotation that names an image in an index.json (image-spec annotations.md). */
export const REF_NAME = "org.opencontainers.image.ref.name";

/** Reads the descriptors of an index.json; an absent file is an empty list. */
export async function readIndex(path: string): Promise<Descriptor[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
  return bytes === undefined ? [] : parseJson(Index, bytes, path).manifests;
}

/** Replaces an index.json: a reader finds the old or the new one, never half of it. */
export async function writeIndex(
  directory: string,
  manifests: readonly Descriptor[],
): Promise<void> {
  const bytes = canonicalJson({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  await replaceFile(directory, "index.json", bytes);
}

/** Writes `name` in `directory` through a draft beside it. */
export async function replaceFile(
  directory: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const draft = join(directory, `.${name}.${randomUUID()}`);
  try {
    await write(draft, bytes);
    await rename(draft, join(directory, name));
    await syncDirectory(directory);
  } finally {
    await rm(draft, { force: true });
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, "wx", 0o644);
  await file.writeFile(bytes);
  await file.datasync();
}

/** Throws `not-found` unless `directory` says it is an OCI image layout of version 1. */
export async function assertLayout(directory: string): Promise<void> {
  const text = await readFile(join(directory, "oci-layout"), "utf8").catch((cause: unknown) => {
    throw new OciError(
      "not-found",
      `${directory} is not an OCI image layout: it has no oci-layout file`,
      {
        hint: "Give the directory that holds oci-layout, index.json and blobs.",
        cause,
      },
    );
  });
  if (/"imageLayoutVersion"\s*:\s*"1\./.test(text)) return;
  throw new OciError(
    "unsupported",
    `${directory} is an OCI image layout of an unknown version: ${text.slice(0, 80)}`,
    {
      hint: "Write it with a tool that makes image layout version 1.0.0.",
    },
  );
}

/** The name that an index entry carries. */
export function nameOf(descriptor: Descriptor): string | undefined {
  return descriptor.annotations?.[REF_NAME];
}
