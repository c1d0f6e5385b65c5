import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { BuiltBundle } from "./operation.ts";
import { BundleSource } from "./requests.ts";

/** Why a bundle was built the last time, and whether it would be now. Contacts no engine. */
export const bundleWhy = defineMethod({
  name: "bundle.why",
  summary:
    "Tells what made the last build of a bundle build anew, step by step, and what would now. Contacts no engine.",
  params: z.object({ source: BundleSource }),
  result: z.object({
    /** The last build; its steps say why each missed the cache. */
    build: BuiltBundle,
    built: z.iso.datetime(),
    /** Inputs that differ from the last build, in words; empty: it is up to date. */
    changes: z.array(z.string()),
  }),
});
