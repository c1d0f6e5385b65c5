import type { Driver, DriverContext, ImageFacet } from "@gantry/driver-api";
import { ContentStore, dockerCredentials } from "@gantry/oci";
import type { Probe } from "@gantry/reports";
import { StoredImages } from "@gantry/stored-images";
import { BuildxBuilds } from "./build/build-facet.ts";
import { EngineLanding } from "./build/engine-landing.ts";
import type { Landing } from "./build/landing.ts";
import { LayoutLanding } from "./build/layout-landing.ts";
import { RegistryLanding } from "./build/registry-landing.ts";
import { SavedLanding } from "./build/saved-landing.ts";
import { BuildxEngine } from "./buildx-engine.ts";
import { toDriverError } from "./errors.ts";
import { EngineImages } from "./images/engine-images.ts";
import { type BuildxOptions, configDir } from "./options.ts";
import { probeBuilder } from "./probe.ts";

/** One builder instance of buildx. Its images land in the home's content store, in the engine or in a registry. */
export class BuildxDriver implements Driver {
  readonly build: BuildxBuilds;
  readonly images: ImageFacet;
  readonly #engine: BuildxEngine;
  readonly #options: BuildxOptions;

  constructor(options: BuildxOptions, { stateDir, contentDir }: DriverContext) {
    const engine = new BuildxEngine(options, { stateDir });
    const store = (): Promise<ContentStore> => ContentStore.open(contentDir);
    const directory = configDir(options);
    const env = options.environment ?? {};
    const credentials = directory && { credentials: dockerCredentials({ directory, env }) };
    const stored = new StoredImages({ store, toError: toDriverError, ...credentials });
    const engineImages = new EngineImages(engine);
    const landings: Readonly<Record<NonNullable<BuildxOptions["output"]>, readonly Landing[]>> = {
      layout: [new LayoutLanding(store), new SavedLanding(engine, store)],
      engine: [new EngineLanding(engineImages)],
      registry: [new RegistryLanding(stored)],
    };
    const output = options.output ?? "layout";
    this.#engine = engine;
    this.#options = options;
    this.images = output === "engine" ? engineImages : stored;
    this.build = new BuildxBuilds({ engine, options, stateDir, landings: landings[output] });
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const { probe, platforms } = await probeBuilder(this.#engine, this.#options, signal);
    if (platforms.length > 0) this.build.platforms = platforms;
    return probe;
  }

  /** Every call ends its own processes, and nothing else is held. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
