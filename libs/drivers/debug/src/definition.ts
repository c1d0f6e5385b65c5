import type { DriverDefinition } from "@gantry/driver-api";
import { z } from "zod";
import { createDebugDriver } from "./driver.ts";
import { DebugOptions } from "./options.ts";

/** The `debug` driver: prints the plan of a run, with every sensitive value masked, and runs nothing. */
export const debugDriver: DriverDefinition = {
  name: "debug",
  version: "0.1.0",
  optionsSchema: z.toJSONSchema(DebugOptions, { io: "input" }),
  create: createDebugDriver,
};
