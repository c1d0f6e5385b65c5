import { defineMethod } from "@gantry/rpc";
import { RunOptions } from "./requests.ts";
import { Started } from "./started.ts";

/** Starts the install action of a bundle. */
export const installationInstall = defineMethod({
  name: "installation.install",
  summary: "Starts the install action, building the bundle first when its source changed.",
  params: RunOptions,
  result: Started,
});
