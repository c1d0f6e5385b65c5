import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { NpmEnvironment } from "./driver-package.ts";

/** Asks the npm registry for packages with the keyword `gantry-driver`. */
export const driverSearch = defineMethod({
  name: "driver.search",
  summary: "Finds driver packages: those that come with Gantry, and those of the npm registry.",
  params: z.object({ text: z.string().default(""), environment: NpmEnvironment }),
  result: z.object({
    found: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        description: z.string(),
        publisher: z.string(),
        /** What `drivers install` takes. */
        spec: z.string(),
      }),
    ),
    /** Why the registry was not asked. */
    notice: z.string().exactOptional(),
  }),
});
