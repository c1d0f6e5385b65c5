import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "@gantry/cnab";
import type { BuildRequest, Driver, DriverContext, Work } from "@gantry/driver-api";
import { localDriver } from "@gantry/driver-local";
import type { Image } from "@gantry/reports";
import { MeasureError } from "../errors.ts";

/** The local driver in this process, without any user's settings. */
export function openLocalDriver(context: DriverContext): Driver {
  return localDriver.create({}, context);
}

export interface BuildOptions {
  readonly contextDir: string;
  /** Text of the Dockerfile. */
  readonly dockerfile: string;
  readonly signal: AbortSignal;
}

/** Builds with `driver`; gives the image. */
export async function buildImage(driver: Driver, options: BuildOptions): Promise<Image> {
  const { signal } = options;
  const work: Work = { signal, report: async () => undefined };
  const result = await driver.build?.build(requestOf(options), work);
  const [image] = result?.images ?? [];
  if (image !== undefined) return image;
  throw new MeasureError("The local driver built no image.", { hint: "" });
}

/** The Dockerfile that was generated for the bundle built in `dir`. */
export function generatedDockerfile(dir: string): Promise<string> {
  return readFile(join(dir, ".cnab", "Dockerfile"), "utf8");
}

function requestOf({ contextDir, dockerfile }: BuildOptions): BuildRequest {
  return {
    id: newId({}),
    contextDir,
    dockerfile: { text: dockerfile, path: join(contextDir, ".cnab", "Dockerfile") },
    ignore: "",
    tags: ["localhost:5000/bench:latest"],
    platforms: [],
    buildArgs: {},
    labels: {},
    contexts: {},
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
    network: "default",
    extraHosts: [],
    noCache: false,
    pull: false,
    insecureRegistries: [],
  };
}
