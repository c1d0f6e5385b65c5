import { fileURLToPath } from "node:url";
import { type ContentStore, type ImageLayer, unpackImage } from "@gantry/oci";
import { localError } from "../errors.ts";
import type { SandboxHost } from "../sandbox/host.ts";
import { startMapped } from "../sandbox/mapped.ts";
import { parseReply, type UnpackRequest } from "./unpack-request.ts";

export interface UnpackJob {
  readonly store: ContentStore;
  readonly layers: readonly ImageLayer[];
  /** Exists and is empty. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Unpacks layers, lowest first, with the owners that the mapping can keep. */
export async function unpackLayers(host: SandboxHost, job: UnpackJob): Promise<void> {
  const { store, layers, directory, signal } = job;
  if (host.mapping.kind === "subordinate") return unpackMapped(host, job);
  const isFull = host.mapping.kind === "full";
  await unpackImage(
    store,
    { layers },
    { directory, signal, ...(isFull ? { owner: (owner) => owner } : {}) },
  );
}

/** Only root of the ids that images use can give files away, so another process does it. */
async function unpackMapped(host: SandboxHost, job: UnpackJob): Promise<void> {
  const { store, layers, directory, signal } = job;
  await using child = await startMapped(host, workerWords(), { signal });
  const request: UnpackRequest = {
    contentDir: store.directory,
    directory,
    layers,
    ids: host.mapping.uids.at(-1) ?? { inside: 0, count: 1 },
  };
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(request));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await child.exit;
  signal.throwIfAborted();
  const reply = parseReply(out);
  if (reply?.ok === true) return;
  throw localError(
    reply?.code ?? "internal",
    `The image could not be unpacked: ${reply?.message ?? err.slice(-500)}`,
    {
      hint: reply?.hint ?? "Fetch or build the image again.",
    },
  );
}

function workerWords(): string[] {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = isSource ? "./unpack-worker.ts" : "./unpack-worker.js";
  const conditions = isSource ? ["--conditions=@gantry/source"] : [];
  return [process.execPath, ...conditions, fileURLToPath(new URL(entry, import.meta.url))];
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
