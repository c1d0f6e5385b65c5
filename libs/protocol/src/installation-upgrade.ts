import { defineMethod } from "@gantry/rpc";
import { RunOptions } from "./requests.ts";
import { Started } from "./started.ts";

/** Starts the upgrade action of a bundle. */
export const installationUpgrade = defineMethod({
  name: "installation.upgrade",
  summary: "Starts the upgrade action, building the bundle first when its source changed.",
  params: RunOptions,
  result: Started,
});
