import type { DriverDefinition } from "@gantry/driver-api";
import { z } from "zod";
import { PodmanDriver } from "./driver.ts";
import { parseOptions, PodmanOptions, podmanOptionsFromEnvironment } from "./options.ts";
import { presumedLimits } from "./run/engine-limits.ts";

/** The driver of Podman. Reads nothing of the process's environment: see `podmanOptionsFromEnvironment`. */
export const podmanDriver: DriverDefinition = {
  name: "podman",
  version: "0.1.0",
  optionsSchema: z.toJSONSchema(PodmanOptions),
  optionsFromEnvironment: async (environment) => podmanOptionsFromEnvironment(environment),
  create: (options, context) =>
    new PodmanDriver({ ...parseOptions(options), limits: presumedLimits() }, context),
};
