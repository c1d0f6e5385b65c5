import type { DriverDefinition } from "@gantry/driver-api";
import { z } from "zod";
import { BuildxDriver } from "./driver.ts";
import { BuildxOptions, buildxOptionsFromEnvironment, parseOptions } from "./options.ts";

/** The driver of docker's buildx plugin. Reads nothing of the process's environment: see `buildxOptionsFromEnvironment`. */
export const buildxDriver: DriverDefinition = {
  name: "buildx",
  version: "0.1.0",
  optionsSchema: z.toJSONSchema(BuildxOptions),
  optionsFromEnvironment: async (environment) => buildxOptionsFromEnvironment(environment),
  create: (options, context) => new BuildxDriver(parseOptions(options), context),
};
