import type { DriverDefinition } from "@gantry/driver-api";
import { z } from "zod";
import { createFakeDriver } from "./driver.ts";
import { FakeOptions } from "./options.ts";

/** The `fake` driver: scripted delays, logs, failures and outcomes, for the tests of everything else. */
export const fakeDriver: DriverDefinition = {
  name: "fake",
  version: "0.1.0",
  optionsSchema: z.toJSONSchema(FakeOptions, { io: "input" }),
  create: createFakeDriver,
};
