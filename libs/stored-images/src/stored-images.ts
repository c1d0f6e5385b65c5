import type { ImageFacet, PushedImage, TransferOptions, Work } from "@gantry/driver-api";
import {
  ContentStore,
  copyImage,
  hostPlatform,
  type Image as StoredImage,
  parsePlatform,
  parseReference,
  pullImage,
  pushImage,
  readImage,
  RegistryClient,
  type RegistryOptions,
} from "@gantry/oci";
import type { Image, ImageRef } from "@gantry/reports";
import { imageMissing } from "./errors.ts";
import { findStored, formatImageRef, namesOf, toImage } from "./lookup.ts";
import { TransferReport } from "./transfer-report.ts";

export interface StoredImagesOptions {
  readonly store: () => Promise<ContentStore>;
  readonly credentials?: RegistryOptions["credentials"];
  /** What the driver throws for any failure of `what`, such as `Pulling a:b`. */
  readonly toError: (error: unknown, what: string, signal: AbortSignal) => unknown;
  /** Makes images that no registry has, by normalized name. */
  readonly makers?: ReadonlyMap<string, (signal: AbortSignal) => Promise<void>>;
  /** Called when an image has lost a name. */
  readonly onRemoved?: (signal: AbortSignal) => Promise<void>;
}

/** The content store of a home as the image store of a driver. */
export class StoredImages implements ImageFacet {
  readonly #options: StoredImagesOptions;

  constructor(options: StoredImagesOptions) {
    this.#options = options;
  }

  async inspect(ref: ImageRef, signal: AbortSignal): Promise<Image | undefined> {
    return this.#during(`The look for image ${formatImageRef(ref)}`, signal, async (store) => {
      const found = await findStored(store, ref);
      return found && toImage(store, found);
    });
  }

  async tag(ref: ImageRef, reference: string, signal: AbortSignal): Promise<void> {
    await this.#during(`Naming ${formatImageRef(ref)}`, signal, async (store) => {
      const { descriptor } = await present(store, ref);
      await store.tag(parseReference(reference).normalized, descriptor);
    });
  }

  async remove(ref: ImageRef, signal: AbortSignal): Promise<void> {
    await this.#during(`The removal of ${formatImageRef(ref)}`, signal, async (store) => {
      for (const name of await namesToRemove(store, ref)) await store.untag(name);
      await this.#options.onRemoved?.(signal);
    });
  }

  async pull(reference: string, options: TransferOptions): Promise<Image> {
    return this.#during(`Pulling ${reference}`, options.signal, async (store) =>
      toImage(store, await this.#pull(store, reference, options)),
    );
  }

  async push(ref: ImageRef, reference: string, options: TransferOptions): Promise<PushedImage> {
    return this.#during(`Pushing ${reference}`, options.signal, async (store) => {
      const { descriptor } = await present(store, ref);
      await using report = new TransferReport(options, `Pushing ${reference}`);
      const { digest, mediaType, size } = await pushImage({
        client: this.#client(options.insecureRegistries ?? []),
        store,
        image: descriptor,
        reference: parseReference(reference),
        signal: options.signal,
        onProgress: report.onProgress,
      });
      return { digest, mediaType, size };
    });
  }

  async exportTo(ref: ImageRef, layoutDir: string, work: Work): Promise<string> {
    return this.#during(`The export of ${formatImageRef(ref)}`, work.signal, async (store) => {
      const { descriptor, manifestDigest } = await present(store, ref);
      const to = await ContentStore.open(layoutDir);
      await copyImage({
        from: store,
        to,
        image: descriptor,
        name: manifestDigest,
        signal: work.signal,
      });
      return manifestDigest;
    });
  }

  async importFrom(layoutDir: string, digest: string, work: Work): Promise<Image> {
    return this.#during(`The import of ${digest}`, work.signal, async (store) => {
      const from = await ContentStore.openLayout(layoutDir);
      const found = await present(from, { digest });
      await copyImage({
        from,
        to: store,
        image: found.descriptor,
        name: found.manifestDigest,
        signal: work.signal,
      });
      return toImage(store, await present(store, { digest }));
    });
  }

  /** The image that a run asks for, made or fetched when it is not here. */
  async obtain(ref: ImageRef, signal: AbortSignal): Promise<StoredImage> {
    const store = await this.#options.store();
    const made = ref.reference === undefined ? undefined : this.#maker(ref.reference);
    const found = await findStored(store, ref);
    if (found !== undefined) return found;
    if (ref.reference === undefined) throw imageMissing(formatImageRef(ref));
    if (made !== undefined) await made(signal);
    else
      await this.#pull(store, pinned(ref.reference, ref.digest), {
        signal,
        report: async () => {},
      });
    return present(store, ref);
  }

  #maker(reference: string) {
    return this.#options.makers?.get(parseReference(reference).normalized);
  }

  async #pull(store: ContentStore, name: string, options: TransferOptions): Promise<StoredImage> {
    const reference = parseReference(name);
    const platform =
      options.platform === undefined ? hostPlatform() : parsePlatform(options.platform);
    const make = this.#options.makers?.get(reference.normalized);
    if (make !== undefined) {
      await make(options.signal);
      return readImage(store, reference.normalized, platform);
    }
    await using report = new TransferReport(options, `Pulling ${name}`);
    const descriptor = await pullImage({
      client: this.#client(options.insecureRegistries ?? []),
      store,
      reference,
      platform,
      signal: options.signal,
      onProgress: report.onProgress,
    });
    return readImage(store, descriptor, platform);
  }

  #client(insecure: readonly string[]): RegistryClient {
    const { credentials } = this.#options;
    return new RegistryClient({ insecure, ...(credentials === undefined ? {} : { credentials }) });
  }

  async #during<Result>(
    what: string,
    signal: AbortSignal,
    work: (store: ContentStore) => Promise<Result>,
  ): Promise<Result> {
    try {
      signal.throwIfAborted();
      return await work(await this.#options.store());
    } catch (error) {
      throw this.#options.toError(error, what, signal);
    }
  }
}

async function present(store: ContentStore, ref: ImageRef): Promise<StoredImage> {
  const found = await findStored(store, ref);
  if (found === undefined) throw imageMissing(formatImageRef(ref));
  return found;
}

async function namesToRemove(store: ContentStore, ref: ImageRef): Promise<string[]> {
  const isName = ref.id === undefined && ref.digest === undefined && ref.reference !== undefined;
  if (isName) return [parseReference(ref.reference ?? "").normalized];
  const found = await findStored(store, ref);
  if (found === undefined) return [];
  return [...(await namesOf(store, found)), found.manifestDigest, found.descriptor.digest];
}

function pinned(reference: string, digest: string | undefined): string {
  return digest === undefined ? reference : withDigest(reference, digest);
}

function withDigest(text: string, digest: string): string {
  const reference = parseReference(text);
  return `${reference.name}@${digest}`;
}
