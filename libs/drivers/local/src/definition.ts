import type { DriverDefinition } from "@gantry/driver-api";
import { z } from "zod";
import { LocalDriver } from "./driver.ts";
import { LocalOptions, localOptionsFromEnvironment, parseOptions } from "./options.ts";

/** The driver that needs no engine: builds and runs images in namespaces of this machine's kernel. */
export const localDriver: DriverDefinition = {
  name: "local",
  version: "0.1.0",
  optionsSchema: z.toJSONSchema(LocalOptions),
  optionsFromEnvironment: async (environment) => localOptionsFromEnvironment(environment),
  create: (options, context) => new LocalDriver(parseOptions(options), context),
};
