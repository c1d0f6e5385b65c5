import { defineMethod } from "@gantry/rpc";
import { BuildOptions, BundleSource } from "./requests.ts";
import { Started } from "./started.ts";

/** Builds a bundle from its source. */
export const bundleBuild = defineMethod({
  name: "bundle.build",
  summary: "Starts building a bundle's invocation image and bundle.json from a porter.yaml.",
  params: BuildOptions.extend({ source: BundleSource }),
  result: Started,
});
