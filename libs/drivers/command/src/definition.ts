import type { DriverDefinition } from "@gantry/driver-api";
import { z } from "zod";
import { createCommandDriver } from "./driver.ts";
import { CommandOptions } from "./options.ts";

/** The `command` driver: runs bundles through a `cnab-NAME` executable, as the CNAB tools do. */
export const commandDriver: DriverDefinition = {
  name: "command",
  version: "0.1.0",
  optionsSchema: z.toJSONSchema(CommandOptions, { io: "input" }),
  create: createCommandDriver,
};
