import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/** A bundle that was built here. */
export const KnownBundle = z.object({
  name: z.string(),
  version: z.string(),
  /** The manifest; absolute. */
  file: z.string(),
  /** The build context; absolute. */
  dir: z.string(),
  image: z.string(),
  /** Where it was built last. */
  endpoint: z.string(),
  built: z.iso.datetime(),
});
export type KnownBundle = z.infer<typeof KnownBundle>;

/** Lists what was built here, the latest first. */
export const bundleList = defineMethod({
  name: "bundle.list",
  summary: "Lists the bundles that were built here, by source, the latest first.",
  params: z.object({ limit: z.int().positive().max(1000).default(200) }),
  result: z.object({ bundles: z.array(KnownBundle) }),
});
