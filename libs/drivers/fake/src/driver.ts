import type { Driver, DriverContext } from "@gantry/driver-api";
import { fakeBuilds } from "./build/build.ts";
import { ImageStore } from "./images/image-store.ts";
import { fakeImages } from "./images/images.ts";
import { readOptions } from "./options.ts";
import { fakeProbe } from "./probe.ts";
import { fakeRuns } from "./run/run.ts";

/** A driver that runs no program: it plays scripts, and keeps what it plays in its state directory. */
export function createFakeDriver(
  given: Readonly<Record<string, unknown>>,
  { stateDir }: DriverContext,
): Driver {
  const options = readOptions(given);
  const store = new ImageStore(stateDir);
  return {
    probe: async () => fakeProbe(options),
    images: fakeImages(options, store),
    ...(options.facets.includes("build") ? { build: fakeBuilds(options, stateDir, store) } : {}),
    ...(options.facets.includes("run") ? { run: fakeRuns(options, stateDir, store) } : {}),
    async [Symbol.asyncDispose]() {
      // Nothing is held open: every run is a record on disk.
    },
  };
}
