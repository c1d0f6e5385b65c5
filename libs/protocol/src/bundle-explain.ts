import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { ExplainedBundle } from "./explained-bundle.ts";
import { InstallationKey } from "./installation.ts";
import { PublishedAt } from "./published-at.ts";
import { BundleSource } from "./requests.ts";

/** Says what a bundle takes and gives. Builds nothing and asks no engine. */
export const bundleExplain = defineMethod({
  name: "bundle.explain",
  summary: "Gives a bundle's actions, parameters, credentials and outputs; builds nothing.",
  params: z.object({
    source: BundleSource.default({}),
    /** The bundle that this installation ran last; counts when the source is empty. */
    installation: InstallationKey.exactOptional(),
  }),
  result: z.object({
    bundle: ExplainedBundle,
    /** Absent: it was not got from a registry. */
    published: PublishedAt.exactOptional(),
  }),
});
