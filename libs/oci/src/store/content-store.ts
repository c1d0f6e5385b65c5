import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ByteSource, Content, Digest } from "../digest.ts";
import { assertContent, digestOf } from "../digest.ts";
import { fromDisk, OciError, systemCode } from "../errors.ts";
import type { Descriptor } from "../schemas.ts";
import { BlobFiles, type PutOptions } from "./blobs.ts";
import { type CollectOptions, type Collected, collectGarbage } from "./collect.ts";
import {
  assertLayout,
  nameOf,
  readIndex,
  REF_NAME,
  replaceFile,
  writeIndex,
} from "./index-file.ts";
import { type Lease, takeLease } from "./lease.ts";
import { DirectoryLock } from "./lock.ts";

/** A descriptor under a name of the store. */
export interface NamedImage {
  readonly name: string;
  readonly descriptor: Descriptor;
}

/** Lock, leases and drafts; everything else in the directory is a plain OCI image layout. */
const PRIVATE = ".gantry";

/**
 * Images on disk as an OCI image layout. Any number of processes may use one directory at once; what a killed
 * writer left is never read and is swept by {@link ContentStore.collect}. Names are free text: use
 * `Reference.normalized` for images.
 */
export class ContentStore {
  readonly directory: string;
  readonly #blobs: BlobFiles;
  readonly #lock: DirectoryLock;

  private constructor(directory: string) {
    this.directory = directory;
    this.#blobs = new BlobFiles(
      join(directory, "blobs", "sha256"),
      join(directory, PRIVATE, "drafts"),
    );
    this.#lock = new DirectoryLock(join(directory, PRIVATE, "lock"));
  }

  /** Opens the store at `directory`, making an empty one where there is none. */
  static async open(directory: string): Promise<ContentStore> {
    try {
      await mkdir(join(directory, "blobs", "sha256"), { recursive: true });
      await mkdir(join(directory, PRIVATE), { recursive: true });
      if (!(await exists(join(directory, "oci-layout")))) {
        await replaceFile(directory, "oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
      }
    } catch (error) {
      throw fromDisk(error, directory);
    }
    await assertLayout(directory);
    const store = new ContentStore(directory);
    if (!(await exists(join(directory, "index.json")))) await store.#edit((images) => images);
    return store;
  }

  /** Opens an existing layout for reading only: nothing is written into it. */
  static async openLayout(directory: string): Promise<ContentStore> {
    await assertLayout(directory);
    return new ContentStore(directory);
  }

  /**
   * Stores bytes under their digest, durably. Known bytes are not written again (the source is then not read when
   * `expected` was given). Hold a {@link lease} from before the first put until the name is set.
   */
  async put(source: ByteSource, options: PutOptions = {}): Promise<Content> {
    const { expected } = options;
    if (expected !== undefined && (await this.retain(expected.digest))) return expected;
    return this.#blobs.write(source, options);
  }

  /** Stores bytes in memory and gives their descriptor. */
  async putBytes(bytes: Uint8Array, mediaType: string): Promise<Descriptor> {
    const content = { digest: digestOf(bytes), size: bytes.byteLength };
    await this.put(once(bytes), { expected: content });
    return { mediaType, ...content };
  }

  /** True when the whole blob is here. */
  async has(digest: Digest): Promise<boolean> {
    return (await this.size(digest)) !== undefined;
  }

  /** Like {@link has}, and counts as a use: a lease taken before protects the blob from now on. */
  async retain(digest: Digest): Promise<boolean> {
    if (!(await this.has(digest))) return false;
    return this.#lock.run(() => this.#blobs.touch(digest));
  }

  /** Bytes of a blob; `undefined` when it is not here. */
  async size(digest: Digest): Promise<number | undefined> {
    return this.#blobs.size(digest);
  }

  /** The file of a blob. Read only; it exists when {@link has} says so. */
  path(digest: Digest): string {
    return this.#blobs.path(digest);
  }

  /** Streams a blob from byte `start`; `not-found` when it is not here. */
  read(digest: Digest, start = 0): AsyncGenerator<Uint8Array> {
    return this.#blobs.read(digest, start);
  }

  /** A small blob, checked against its digest; `too-large` above `maxBytes` (default 4 MiB). */
  async bytes(digest: Digest, maxBytes = 4 << 20): Promise<Uint8Array> {
    const size = (await this.size(digest)) ?? 0;
    if (size > maxBytes) throw tooLarge(digest, size, maxBytes);
    const bytes = await this.#blobs.bytes(digest);
    assertContent(
      { digest: digestOf(bytes), size: bytes.byteLength },
      { digest, size: bytes.byteLength },
      digest,
    );
    return bytes;
  }

  /** What `name` stands for; a digest that the index lists is a name too. */
  async resolve(name: string): Promise<Descriptor | undefined> {
    const images = await readIndex(this.#index());
    const named = images.findLast((image) => nameOf(image) === name);
    return named ?? images.find((image) => image.digest === name);
  }

  /** Names `descriptor`, replacing what had the name. Its blobs are kept from now on. */
  async tag(name: string, descriptor: Descriptor): Promise<void> {
    const annotations = { ...descriptor.annotations, [REF_NAME]: name };
    await this.#edit((images) => [...without(images, name), { ...descriptor, annotations }]);
  }

  /** Forgets a name; false when it was not known. The bytes go at the next {@link collect}. */
  async untag(name: string): Promise<boolean> {
    const known = (await this.resolve(name)) !== undefined;
    if (known) await this.#edit((images) => without(images, name));
    return known;
  }

  /** All names, sorted. */
  async list(): Promise<NamedImage[]> {
    const images = await readIndex(this.#index());
    const named = images.map((descriptor) => ({
      name: nameOf(descriptor) ?? descriptor.digest,
      descriptor,
    }));
    return named.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Protects everything put or retained from now on until disposed, or until this process ends. */
  async lease(): Promise<Lease> {
    return takeLease(this.#leases());
  }

  /** Removes blobs that no name reaches, and what killed writers left. */
  async collect(options: CollectOptions = {}): Promise<Collected> {
    const places = {
      blobs: this.#blobs,
      leases: this.#leases(),
      drafts: join(this.directory, PRIVATE, "drafts"),
    };
    return this.#lock.run(
      async () =>
        collectGarbage(this, { ...options, ...places, images: await readIndex(this.#index()) }),
      { signal: options.signal },
    );
  }

  async #edit(change: (images: readonly Descriptor[]) => readonly Descriptor[]): Promise<void> {
    try {
      await this.#lock.run(async () =>
        writeIndex(this.directory, change(await readIndex(this.#index()))),
      );
    } catch (error) {
      throw fromDisk(error, this.directory);
    }
  }

  #index(): string {
    return join(this.directory, "index.json");
  }

  #leases(): string {
    return join(this.directory, PRIVATE, "leases");
  }
}

function without(images: readonly Descriptor[], name: string): Descriptor[] {
  return images.filter((image) => (nameOf(image) ?? image.digest) !== name);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === "ENOENT") return false;
      throw error;
    },
  );
}

function tooLarge(digest: Digest, size: number, maxBytes: number): OciError {
  return new OciError(
    "too-large",
    `${digest} has ${size} bytes, more than the ${maxBytes} read into memory`,
    {
      hint: "A manifest or configuration of this size is not valid; check where the image comes from.",
    },
  );
}
