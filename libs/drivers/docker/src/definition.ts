import type { DriverDefinition } from "@gantry/driver-api";
import { z } from "zod";
import { DockerDriver } from "./driver.ts";
import { DockerOptions, dockerOptionsFromEnvironment, parseOptions } from "./options.ts";

/** The driver of Docker Engines. Reads nothing of the process's environment: see `dockerOptionsFromEnvironment`. */
export const dockerDriver: DriverDefinition = {
  name: "docker",
  version: "0.1.0",
  optionsSchema: z.toJSONSchema(DockerOptions),
  optionsFromEnvironment: async (environment) => dockerOptionsFromEnvironment(environment),
  create: (options) => new DockerDriver(parseOptions(options)),
};
