import type { BuildFacet, Driver, ImageFacet, RunFacet } from "@gantry/driver-api";
import type { Probe } from "@gantry/reports";
import { DockerBuilds } from "./build/build-facet.ts";
import { DockerEngine } from "./docker-engine.ts";
import { DockerImages } from "./images.ts";
import type { DockerOptions } from "./options.ts";
import { probeEngine } from "./probe.ts";
import { DockerRuns } from "./run/run-facet.ts";

const DEFAULT_LOST_AFTER_SECONDS = 30;
/** What most engines run on; the engine's own word replaces it at the first probe. */
const DEFAULT_PLATFORM = `linux/${process.arch === "x64" ? "amd64" : process.arch}`;

/** One Docker Engine: builds images with its BuildKit, runs them as containers. */
export class DockerDriver implements Driver {
  readonly build: BuildFacet;
  readonly run: RunFacet;
  readonly images: ImageFacet;
  readonly #engine: DockerEngine;
  #platform = DEFAULT_PLATFORM;

  constructor(options: DockerOptions) {
    const engine = new DockerEngine(options);
    const images = new DockerImages(engine, options);
    const platform = (): string => this.#platform;
    this.#engine = engine;
    this.images = images;
    this.build = new DockerBuilds({ engine, options, platform });
    this.run = new DockerRuns({
      engine,
      platform,
      obtainImage: (ref, signal) => images.obtain(ref, signal),
      lostAfterMs: (options.lostAfterSeconds ?? DEFAULT_LOST_AFTER_SECONDS) * 1000,
    });
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const { probe, platform } = await probeEngine(this.#engine, signal);
    this.#platform = platform ?? this.#platform;
    return probe;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }
}
