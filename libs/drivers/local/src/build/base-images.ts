import type { Work } from "@gantry/driver-api";
import {
  type ContentStore,
  formatPlatform,
  type Image,
  parseReference,
  type Platform,
  pullImage,
  readImage,
  type Reference,
  RegistryClient,
  type RegistryOptions,
} from "@gantry/oci";
import type { Place } from "../dockerfile/errors.ts";
import { baseImageError } from "./errors.ts";
import type { StepReporter } from "./step-reporter.ts";

/** Where base images come from. */
export interface BaseImageOptions {
  readonly store: ContentStore;
  readonly work: Work;
  readonly reporter: StepReporter;
  /** Ask the registry even when the store has the name. */
  readonly pull: boolean;
  readonly registry: RegistryOptions;
  /** Makes images that no registry has, by normalized name. */
  readonly makers: ReadonlyMap<string, (signal: AbortSignal) => Promise<void>>;
}

/** Which image is asked for, and where it says so. */
export interface BaseRequest {
  readonly name: string;
  readonly platform: Platform;
  readonly place: Place;
  /** Title of the step. */
  readonly title: string;
}

/** Finds the images that a build starts from or copies from: in the store, else in a registry. */
export class BaseImages {
  readonly #options: BaseImageOptions;
  readonly #found = new Map<string, Promise<Image>>();

  constructor(options: BaseImageOptions) {
    this.#options = options;
  }

  /** The image; each is looked for once in a build. Throws with the line for one that cannot be had. */
  async get(request: BaseRequest): Promise<Image> {
    const key = `${request.name} ${formatPlatform(request.platform)}`;
    const known = this.#found.get(key);
    if (known !== undefined) {
      await this.#options.reporter.cached(request.title);
      return known;
    }
    const finding = this.#find(request);
    this.#found.set(key, finding);
    try {
      return await finding;
    } catch (error) {
      this.#options.work.signal.throwIfAborted();
      throw baseImageError(error, request.name, request.place);
    }
  }

  async #find(request: BaseRequest): Promise<Image> {
    const { store, reporter, makers, pull, work } = this.#options;
    const reference = parseReference(request.name);
    const make = makers.get(reference.normalized);
    const isHere = (await store.resolve(reference.normalized)) !== undefined;
    if (isHere && (!pull || make !== undefined)) {
      const image = await this.#read(reference, request.platform);
      await reporter.cached(request.title);
      return image;
    }
    const reason = reasonOf(isHere, make !== undefined);
    return reporter.run(request.title, reason, async (step) => {
      if (make === undefined) await this.#pull(reference, request.platform, step.id);
      else await make(work.signal);
      return this.#read(reference, request.platform);
    });
  }

  #read(reference: Reference, platform: Platform): Promise<Image> {
    return readImage(this.#options.store, reference.normalized, platform);
  }

  async #pull(reference: Reference, platform: Platform, step: string): Promise<void> {
    const { store, work, registry } = this.#options;
    const client = new RegistryClient(registry);
    const totals = new Map<string, { bytes: number; size: number }>();
    let telling: Promise<void> = Promise.resolve();
    let isTelling = false;
    const tell = async () => {
      const all = [...totals.values()];
      const current = all.reduce((sum, item) => sum + item.bytes, 0);
      const total = all.reduce((sum, item) => sum + item.size, 0);
      await work.report({
        kind: "progress",
        step,
        title: reference.familiar,
        current,
        total,
        unit: "bytes",
      });
      isTelling = false;
    };
    await pullImage({
      client,
      store,
      reference,
      platform,
      signal: work.signal,
      onProgress: ({ digest, bytes, size, state }) => {
        totals.set(digest, { size, bytes: state === "moving" ? bytes : size });
        // One report at a time: a slow reader gets fewer, never a queue.
        if (isTelling) return;
        isTelling = true;
        telling = telling.then(tell);
      },
    });
    await telling;
  }
}

function reasonOf(isHere: boolean, isMade: boolean): string {
  if (isMade) return "the image is made from this machine's own userland";
  return isHere
    ? "a newer base image was to be looked for"
    : "the base image is not in the content store";
}
