import { type ContentStore, importDockerArchive } from "@gantry/oci";
import type { Image } from "@gantry/reports";
import { findStored } from "@gantry/stored-images";
import type { BuildxEngine } from "../buildx-engine.ts";
import { garbled } from "../errors.ts";
import type { Job, Landing } from "./landing.ts";
import { nameImages } from "./layout-landing.ts";

const CLEANUP_MS = 30_000;

/** For a builder that writes no layout: the engine takes the image under a passing name and hands it on to the content store. */
export class SavedLanding implements Landing {
  readonly #engine: BuildxEngine;
  readonly #store: () => Promise<ContentStore>;

  constructor(engine: BuildxEngine, store: () => Promise<ContentStore>) {
    this.#engine = engine;
    this.#store = store;
  }

  async prepare({ request }: Job): Promise<readonly string[]> {
    return ["--load", "--tag", passingName(request.id)];
  }

  async take({ request, room, work }: Job): Promise<readonly Image[]> {
    const store = await this.#store();
    await using _lease = await store.lease();
    const id = await room.imageId();
    const held = await findStored(store, { id });
    if (held !== undefined) return await nameImages(store, held.descriptor, request);
    const archive = this.#engine.read({
      args: ["image", "save", passingName(request.id)],
      signal: work.signal,
    });
    const [saved] = await importDockerArchive(archive, store, { signal: work.signal });
    if (saved === undefined) throw garbled("image archive");
    return await nameImages(store, saved.descriptor, request);
  }

  async leave({ request }: Job): Promise<void> {
    const args = ["image", "rm", "--no-prune", passingName(request.id)];
    const signal = AbortSignal.timeout(CLEANUP_MS);
    // A build that failed has left no such name.
    await this.#engine.docker({ args, signal }).catch(() => undefined);
  }
}

function passingName(id: string): string {
  return `gantry.local/build-${id.toLowerCase().replace(/[^a-z0-9]+/gu, "-")}:passing`;
}
