import { createReadStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BuildRequest, SecretHandle } from "@gantry/driver-api";
import { pack, type Pack } from "tar-stream";
import { ContextFiles, type ContextEntry } from "./context-files.ts";
import { mayAskForSecret } from "./dockerfile-facts.ts";

const PREFIX = ".gantry-build.";
/** What the files that are sent along are called in the context. */
export const DOCKERFILE = `${PREFIX}Dockerfile`;
const IGNORE = ".containerignore";
/** The context comes without what is ignored; only what was added to it is not to be copied by any step. */
const IGNORED = `${IGNORE}\n${PREFIX}*\n`;

/** A secret that goes along, and the name of its file. Podman takes that out of the context before the first step. */
export interface SentSecret {
  readonly id: string;
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Reads the secrets that some step may ask for, and no others. */
export async function readSecrets(
  { dockerfile }: BuildRequest,
  secrets: readonly SecretHandle[],
  signal: AbortSignal,
): Promise<readonly SentSecret[]> {
  const asked = secrets.filter(({ id }) => mayAskForSecret(dockerfile.text, id));
  const sent = asked.map(async (secret, index) => {
    const bytes = await secret.read(signal);
    return { id: secret.id, file: `${PREFIX}secret-${index}`, bytes };
  });
  return Promise.all(sent);
}

/** The archive that Podman builds from: the context, the Dockerfile and the secrets. An error while reading ends it with that. */
export function packContext(request: BuildRequest, secrets: readonly SentSecret[]): Readable {
  const tar = pack();
  packAll(tar, request, secrets).catch((error: Error) => tar.destroy(error));
  return Readable.from(tar);
}

async function packAll(
  tar: Pack,
  { contextDir, ignore, dockerfile }: BuildRequest,
  secrets: readonly SentSecret[],
): Promise<void> {
  tar.entry({ name: DOCKERFILE, mode: 0o600 }, dockerfile.text);
  tar.entry({ name: IGNORE, mode: 0o600 }, IGNORED);
  for (const { file, bytes } of secrets) tar.entry({ name: file, mode: 0o600 }, Buffer.from(bytes));
  for await (const entry of new ContextFiles(contextDir, ignore).list()) {
    if (entry.path === IGNORE || entry.path.startsWith(PREFIX)) continue;
    await packEntry(tar, contextDir, entry);
  }
  tar.finalize();
}

async function packEntry(
  tar: Pack,
  root: string,
  { path, stats, link }: ContextEntry,
): Promise<void> {
  // The owner in the image is the step's to say.
  const header = { name: path, mode: stats.mode & 0o7777, mtime: stats.mtime, uid: 0, gid: 0 };
  if (link !== undefined) tar.entry({ ...header, type: "symlink", linkname: link });
  else if (stats.isDirectory()) tar.entry({ ...header, type: "directory" });
  else if (stats.size === 0) tar.entry(header, "");
  else {
    const { size } = stats;
    // A file that grows while it is read is sent as long as it was.
    const bytes = createReadStream(join(root, path), { end: size - 1 });
    await pipeline(bytes, tar.entry({ ...header, size }));
  }
}
