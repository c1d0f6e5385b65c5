import { assertContent, type ByteSource, digestOf } from "../digest.ts";
import { OciError } from "../errors.ts";
import type { Reference } from "../reference.ts";
import { type Descriptor, mediaTypes } from "../schemas.ts";

/** A manifest or index as the registry has it. */
export interface RemoteManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Media types asked for. */
export const ACCEPT: readonly string[] = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerList,
  mediaTypes.dockerManifest,
];

const MAX_BYTES = 4 << 20;

/** Reads and checks the answer to a request for a manifest. */
export async function readManifest(
  response: Response,
  reference: Reference,
): Promise<RemoteManifest> {
  const subject = `The manifest of ${reference.familiar}`;
  const bytes = await readLimited(response, MAX_BYTES, subject);
  const content = { digest: digestOf(bytes), size: bytes.byteLength };
  const claimed = reference.digest ?? response.headers.get("docker-content-digest");
  if (claimed?.startsWith("sha256:") === true) {
    assertContent(
      content,
      { ...content, digest: `sha256:${claimed.slice("sha256:".length)}` },
      subject,
    );
  }
  const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  if (ACCEPT.includes(mediaType)) return { descriptor: { mediaType, ...content }, bytes };
  throw new OciError("unsupported", `${subject} is of type ${mediaType || "unknown"}`, {
    hint: "Push the image again with a current tool: OCI or Docker schema 2 is needed.",
  });
}

/** Reads a body into memory; `too-large` beyond `maxBytes`. */
export async function readLimited(
  response: Response,
  maxBytes: number,
  subject: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: ByteSource | readonly Uint8Array[] = response.body ?? [];
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new OciError("too-large", `${subject} is larger than ${maxBytes} bytes`, {
        hint: "No honest manifest is; check where the image comes from.",
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
