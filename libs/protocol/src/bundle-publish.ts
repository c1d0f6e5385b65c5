import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { BuildOptions, BundleSource } from "./requests.ts";
import { Started } from "./started.ts";

/** Publishes a bundle to a registry. Its tag is set last, so a publishing that was cut short published nothing. */
export const bundlePublish = defineMethod({
  name: "bundle.publish",
  summary: "Starts publishing a bundle with its images to a registry; builds it first if need be.",
  params: z.object({
    /** A porter.yaml. */
    source: BundleSource,
    /** For the build that may come first. Absent: as the source was built last. */
    build: BuildOptions.exactOptional(),
    autobuild: z.boolean().default(true),
    /** `REGISTRY/NAME[:TAG]`, instead of what the manifest says. */
    reference: z.string().min(1).exactOptional(),
    /** Instead of the registry that the manifest names; the bundle's name follows it. */
    registry: z.string().min(1).exactOptional(),
    /** Instead of the tag that the manifest names, or its version. */
    tag: z.string().min(1).exactOptional(),
    /** Replace a bundle that is published there already. */
    force: z.boolean().default(false),
    /** Plain HTTP with the registry. */
    insecureRegistry: z.boolean().default(false),
  }),
  result: Started,
});
