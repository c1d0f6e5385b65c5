import { assertContent, type ByteSource, type Digest, digestOf, isDigest } from "../digest.ts";
import { isOciError } from "../errors.ts";
import { chooseFrom } from "../image/image.ts";
import type { Platform } from "../platform.ts";
import type { Reference } from "../reference.ts";
import { type Descriptor, Index, isIndexType, parseJson } from "../schemas.ts";
import { z } from "zod";
import { Authorizer } from "./auth.ts";
import type { CredentialSource } from "./credentials.ts";
import { download } from "./download.ts";
import { endpointOf, scopeOf } from "./endpoint.ts";
import { ACCEPT, readLimited, readManifest, type RemoteManifest } from "./manifest.ts";
import { type Call, Transport } from "./transport.ts";
import { upload, type UploadOutcome } from "./upload.ts";

export interface RegistryOptions {
  /** Default: anonymous. */
  readonly credentials?: CredentialSource;
  /** Registries (`host[:port]`) spoken to in plain HTTP. Loopback is so anyway, nothing else ever. */
  readonly insecure?: readonly string[];
  /** Tries for faults that pass. Default 5. */
  readonly attempts?: number;
  /** Time until a registry begins to answer a request. Default 30 000. */
  readonly timeoutMs?: number;
  /** Blobs above this are sent in chunks of it. Default 32 MiB. */
  readonly chunkBytes?: number;
}

interface Stop {
  readonly signal?: AbortSignal | undefined;
}

/** What pushing a blob needs. */
export interface BlobUpload extends Stop {
  readonly descriptor: Pick<Descriptor, "digest" | "size">;
  /** Opens the bytes from `start` on; called again after a broken connection. */
  readonly open: (start: number) => ByteSource;
  /** Another repository of the same registry that may have the blob. */
  readonly mountFrom?: string | undefined;
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

const Tags = z.looseObject({ tags: z.array(z.string()).nullish() });
const MAX_TAGS_BYTES = 16 << 20;

/**
 * Speaks the distribution API (distribution-spec 1.1) with any number of registries. Tokens are kept for its life;
 * it holds no connection that needs closing. `unreachable` and `not-found` are different errors, always.
 */
export class RegistryClient {
  readonly #transport: Transport;
  readonly #insecure: ReadonlySet<string>;
  readonly #chunkBytes: number;

  constructor(options: RegistryOptions = {}) {
    const { credentials = async () => undefined, attempts = 5, timeoutMs = 30_000 } = options;
    this.#insecure = new Set(options.insecure);
    this.#chunkBytes = options.chunkBytes ?? 32 << 20;
    this.#transport = new Transport(
      { attempts, timeoutMs, userAgent: "gantry" },
      (transport) =>
        new Authorizer({
          credentials,
          send: (url, init) => transport.send(url, init),
          isInsecure: (registry) => this.#insecure.has(registry),
        }),
    );
  }

  /** Asks what a reference stands for. With `platform` an index is followed to the image that fits. */
  async resolve(
    reference: Reference,
    options: Stop & { readonly platform?: Platform } = {},
  ): Promise<Descriptor> {
    const head = await this.#head(reference, options);
    const wantsMore = head === undefined || (options.platform && isIndexType(head.mediaType));
    if (!wantsMore) return head;
    const { descriptor, bytes } = await this.manifest(reference, options);
    if (options.platform === undefined || !isIndexType(descriptor.mediaType)) return descriptor;
    const index = parseJson(Index, bytes, `Index ${descriptor.digest}`);
    return chooseFrom(index, options.platform, reference.familiar);
  }

  /** Like {@link resolve}, but `undefined` when the registry answers that there is no such thing. */
  async find(reference: Reference, options: Stop = {}): Promise<Descriptor | undefined> {
    return this.resolve(reference, options).catch((error: unknown) => {
      if (isOciError(error, "not-found")) return undefined;
      throw error;
    });
  }

  /** Fetches a manifest or index, checked against its digest. At most 4 MiB. */
  async manifest(reference: Reference, options: Stop = {}): Promise<RemoteManifest> {
    const response = await this.#manifestCall(reference, {
      method: "GET",
      accept: [200],
      ...options,
    });
    return readManifest(response, reference);
  }

  /** Streams a blob; resumes after a broken connection and throws `digest-mismatch` at the end if need be. */
  blob(
    reference: Reference,
    descriptor: Pick<Descriptor, "digest" | "size">,
    options: Stop = {},
  ): AsyncGenerator<Uint8Array> {
    return download(this.#transport, {
      reference,
      descriptor,
      isInsecure: this.#isInsecure(reference),
      signal: options.signal,
    });
  }

  /** True when the repository has the blob. */
  async hasBlob(reference: Reference, digest: Digest, options: Stop = {}): Promise<boolean> {
    const response = await this.#call(reference, {
      method: "HEAD",
      path: `blobs/${digest}`,
      accept: [200, 404],
      scopes: [scopeOf(reference, "pull")],
      subject: `blob ${digest} of ${reference.name}`,
      ...options,
    });
    return response.status === 200;
  }

  /** Sends a blob unless the repository has it or can mount it. */
  async pushBlob(reference: Reference, blob: BlobUpload): Promise<UploadOutcome | "present"> {
    if (await this.hasBlob(reference, blob.descriptor.digest, blob)) return "present";
    return upload(this.#transport, {
      ...blob,
      reference,
      isInsecure: this.#isInsecure(reference),
      chunkBytes: this.#chunkBytes,
    });
  }

  /** Puts a manifest under the reference's tag, or under its digest when it has no tag. */
  async pushManifest(
    reference: Reference,
    manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
    options: Stop = {},
  ): Promise<Descriptor> {
    const content = { digest: digestOf(manifest.bytes), size: manifest.bytes.byteLength };
    if (reference.digest)
      assertContent(content, { ...content, digest: reference.digest }, "The manifest");
    const response = await this.#call(reference, {
      method: "PUT",
      path: `manifests/${reference.tag ?? content.digest}`,
      accept: [201],
      scopes: [scopeOf(reference, "pull,push")],
      headers: { "content-type": manifest.mediaType },
      body: () => Uint8Array.from(manifest.bytes),
      subject: `manifest for ${reference.familiar}`,
      ...options,
    });
    await response.body?.cancel();
    return { mediaType: manifest.mediaType, ...content };
  }

  /** All tags of a repository, in the registry's order. */
  async tags(reference: Reference, options: Stop = {}): Promise<string[]> {
    const tags: string[] = [];
    let path: string | undefined = "tags/list";
    while (path !== undefined) {
      const response: Response = await this.#call(reference, {
        method: "GET",
        path,
        accept: [200],
        scopes: [scopeOf(reference, "pull")],
        subject: `repository ${reference.name}`,
        ...options,
      });
      const bytes = await readLimited(
        response,
        MAX_TAGS_BYTES,
        `The tag list of ${reference.name}`,
      );
      tags.push(...(parseJson(Tags, bytes, `The tag list of ${reference.name}`).tags ?? []));
      path = nextPage(response);
    }
    return tags;
  }

  /** Deletes what the reference names: its digest, or the digest that its tag stands for now. */
  async delete(reference: Reference, options: Stop = {}): Promise<void> {
    const digest = reference.digest ?? (await this.resolve(reference, options)).digest;
    const response = await this.#call(reference, {
      method: "DELETE",
      path: `manifests/${digest}`,
      accept: [202],
      scopes: [scopeOf(reference, "delete")],
      subject: `image ${reference.familiar}`,
      ...options,
    });
    await response.body?.cancel();
  }

  /** The descriptor from headers alone; `undefined` when the registry does not say enough in them. */
  async #head(reference: Reference, options: Stop): Promise<Descriptor | undefined> {
    const response = await this.#manifestCall(reference, {
      method: "HEAD",
      accept: [200, 405],
      ...options,
    });
    const digest = response.headers.get("docker-content-digest") ?? "";
    const size = Number(response.headers.get("content-length") ?? Number.NaN);
    const mediaType = response.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
    if (response.status !== 200 || !isDigest(digest) || !(size > 0) || !ACCEPT.includes(mediaType))
      return undefined;
    if (reference.digest)
      assertContent({ digest, size }, { digest: reference.digest, size }, reference.familiar);
    return { mediaType, digest, size };
  }

  #manifestCall(
    reference: Reference,
    call: Stop & Pick<Call, "method" | "accept">,
  ): Promise<Response> {
    return this.#call(reference, {
      ...call,
      path: `manifests/${reference.digest ?? reference.tag ?? "latest"}`,
      scopes: [scopeOf(reference, "pull")],
      headers: { accept: ACCEPT.join(", ") },
      subject: `image ${reference.familiar}`,
    });
  }

  #call(
    reference: Reference,
    call: Omit<Call, "url" | "registry"> & { readonly path: string },
  ): Promise<Response> {
    const base = endpointOf(reference.registry, this.#isInsecure(reference));
    const url = new URL(`${reference.repository}/${call.path}`, base);
    return this.#transport.call({ ...call, url, registry: reference.registry });
  }

  #isInsecure(reference: Reference): boolean {
    return this.#insecure.has(reference.registry);
  }
}

function nextPage(response: Response): string | undefined {
  const next = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(response.headers.get("link") ?? "")?.[1];
  if (next === undefined) return undefined;
  // Only the query counts: the page is of the same list, wherever the link claims it is.
  const query = next.indexOf("?");
  return query < 0 ? undefined : `tags/list${next.slice(query)}`;
}
