import {
  type ContentStore,
  type Descriptor,
  isOciError,
  OciError,
  type Reference,
  type RegistryClient,
  withVersion,
} from "@gantry/oci";

export interface DocumentPlace {
  /** The repository. */
  readonly reference: Reference;
  /** What was fetched before. What is damaged there is fetched again. */
  readonly cache: ContentStore;
  readonly signal: AbortSignal;
}

/** Bytes of the largest document that is read. */
const MAX_BYTES = 4 << 20;

/** Small documents of a repository, by digest: every byte is held against it, wherever it comes from. */
export class Documents {
  readonly #client: RegistryClient;
  readonly #place: DocumentPlace;

  constructor(client: RegistryClient, place: DocumentPlace) {
    this.#client = client;
    this.#place = place;
  }

  /** A manifest or an index. */
  manifest(descriptor: Pick<Descriptor, "digest">): Promise<Uint8Array> {
    const { reference, signal } = this.#place;
    const exact = withVersion(reference, { digest: descriptor.digest });
    return this.#cached(
      descriptor,
      async () => (await this.#client.manifest(exact, { signal })).bytes,
    );
  }

  /** A bundle.json or the configuration of an image. */
  blob(descriptor: Pick<Descriptor, "digest" | "size">): Promise<Uint8Array> {
    const { reference, signal } = this.#place;
    return this.#cached(descriptor, async () => {
      if (descriptor.size > MAX_BYTES) throw tooLarge(reference, descriptor.size);
      const parts: Uint8Array[] = [];
      for await (const part of this.#client.blob(reference, descriptor, { signal }))
        parts.push(part);
      return Buffer.concat(parts);
    });
  }

  /** From the cache, if it is there and whole; else fetched and kept. */
  async #cached(
    { digest }: Pick<Descriptor, "digest">,
    fetch: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { cache } = this.#place;
    const kept = await cache.bytes(digest, MAX_BYTES).catch((error: unknown) => {
      if (isOciError(error)) return undefined;
      throw error;
    });
    if (kept !== undefined) return kept;
    const bytes = await fetch();
    await cache.put(once(bytes));
    return bytes;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function tooLarge({ familiar }: Reference, size: number): OciError {
  return new OciError(
    "too-large",
    `A document at ${familiar} has ${size} bytes, more than the ${MAX_BYTES} that are read.`,
    { hint: "No honest bundle is so large; check where it comes from." },
  );
}
