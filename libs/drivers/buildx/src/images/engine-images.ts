import type { ImageFacet, TransferOptions, Work } from "@gantry/driver-api";
import {
  ContentStore,
  exportDockerArchive,
  importDockerArchive,
  parseDigest,
  readImage,
} from "@gantry/oci";
import type { Image, ImageRef } from "@gantry/reports";
import { Digest } from "@gantry/reports";
import type { BuildxEngine } from "../buildx-engine.ts";
import { garbled, imageMissing, toDriverError } from "../errors.ts";
import { chainsOf, findInEngine, nameFor, toImage } from "./engine-lookup.ts";

/** The docker engine's image store, through the docker CLI. */
export class EngineImages implements ImageFacet {
  readonly #engine: BuildxEngine;

  constructor(engine: BuildxEngine) {
    this.#engine = engine;
  }

  async inspect(ref: ImageRef, signal: AbortSignal): Promise<Image | undefined> {
    return during(`The look for image ${nameFor(ref)}`, signal, async () => {
      const found = await findInEngine(this.#engine, ref, signal);
      return found && toImage(found);
    });
  }

  async tag(ref: ImageRef, reference: string, signal: AbortSignal): Promise<void> {
    await during(`Naming ${nameFor(ref)}`, signal, async () => {
      const { Id } = await this.#present(ref, signal);
      await this.#engine.docker({ args: ["image", "tag", Id, reference], signal });
    });
  }

  async remove(ref: ImageRef, signal: AbortSignal): Promise<void> {
    await during(`The removal of ${nameFor(ref)}`, signal, async () => {
      const found = await findInEngine(this.#engine, ref, signal);
      if (found === undefined) return;
      const isName = ref.id === undefined && ref.digest === undefined;
      const words = isName ? [ref.reference ?? ""] : ["--force", found.Id];
      await this.#engine.docker({ args: ["image", "rm", ...words], signal });
    });
  }

  async pull(reference: string, { signal, platform }: TransferOptions): Promise<Image> {
    return during(`Pulling ${reference}`, signal, async () => {
      const of = platform === undefined ? [] : ["--platform", platform];
      await this.#engine.docker({ args: ["image", "pull", "--quiet", ...of, reference], signal });
      return toImage(await this.#present({ reference }, signal));
    });
  }

  async exportTo(ref: ImageRef, layoutDir: string, { signal }: Work): Promise<string> {
    return during(`The export of ${nameFor(ref)}`, signal, async () => {
      const { Id } = await this.#present(ref, signal);
      const store = await ContentStore.open(layoutDir);
      await using _lease = await store.lease();
      const archive = this.#engine.read({ args: ["image", "save", Id], signal });
      const [saved] = await importDockerArchive(archive, store, { signal });
      if (saved === undefined) throw garbled("image archive");
      await store.tag(Id, saved.descriptor);
      return saved.descriptor.digest;
    });
  }

  async importFrom(layoutDir: string, digest: string, { signal }: Work): Promise<Image> {
    return during(`The import of ${digest}`, signal, async () => {
      const store = await ContentStore.openLayout(layoutDir);
      const image = await readImage(store, digest);
      const present = new Set((await chainsOf(this.#engine, signal)).map(parseDigest));
      const archive = exportDockerArchive({ store, image: image.descriptor, present });
      await this.#engine.write({ args: ["image", "load", "--quiet"], signal }, archive);
      return toImage(await this.#present({ id: Digest.parse(image.configDigest) }, signal));
    });
  }

  async #present(ref: ImageRef, signal: AbortSignal) {
    const found = await findInEngine(this.#engine, ref, signal);
    if (found === undefined) throw imageMissing(nameFor(ref));
    return found;
  }
}

async function during<Result>(
  what: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    signal.throwIfAborted();
    return await work();
  } catch (error) {
    throw toDriverError(error, what, signal);
  }
}
