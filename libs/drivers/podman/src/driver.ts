import { join } from "node:path";
import type { BuildFacet, Driver, DriverContext, ImageFacet, RunFacet } from "@gantry/driver-api";
import type { Probe, RunFeature } from "@gantry/reports";
import { PodmanBuilds } from "./build/build-facet.ts";
import { PodmanImages } from "./images/podman-images.ts";
import type { PodmanOptions } from "./options.ts";
import { PodmanEngine } from "./engine/podman-engine.ts";
import { probeEngine } from "./probe.ts";
import { PodmanRuns } from "./run/run-facet.ts";

export interface PodmanDriverOptions extends PodmanOptions {
  /** The limits that this Podman can put on a container. */
  readonly limits: readonly RunFeature[];
  /** Where Podman writes logs for this driver to read; absent, it is told to write into the driver's own directory. */
  readonly logsDir?: string;
}

/** One Podman service: builds images with the Buildah inside it, keeps them in its storage, runs them as containers. */
export class PodmanDriver implements Driver {
  readonly build: BuildFacet;
  readonly run: RunFacet;
  readonly images: ImageFacet;
  readonly #engine: PodmanEngine;

  constructor({ limits, logsDir, ...options }: PodmanDriverOptions, context: DriverContext) {
    const engine = new PodmanEngine(options);
    const images = new PodmanImages(engine, context);
    const obtainImage: PodmanImages["obtain"] = (ref, signal) => images.obtain(ref, signal);
    this.#engine = engine;
    this.images = images;
    this.build = new PodmanBuilds(images.shelf);
    const own = { dir: join(context.stateDir, "logs"), isOwn: true };
    const logs = logsDir === undefined ? own : { dir: logsDir, isOwn: false };
    this.run = new PodmanRuns({ engine, logs, limits, obtainImage });
  }

  probe(signal: AbortSignal): Promise<Probe> {
    return probeEngine(this.#engine, signal);
  }

  /** Lets go of the service; runs go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#engine[Symbol.dispose]();
  }
}
