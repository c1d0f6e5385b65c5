import type { Driver } from "@gantry/driver-api";
import { readOptions } from "./options.ts";
import { READY } from "./probe.ts";
import { debugRuns } from "./run.ts";

/** A driver that shows what it was asked to run. */
export function createDebugDriver(given: Readonly<Record<string, unknown>>): Driver {
  const options = readOptions(given);
  return {
    probe: async () => READY,
    run: debugRuns(options, hostPlatform()),
    async [Symbol.asyncDispose]() {
      // Nothing is held open.
    },
  };
}

function hostPlatform(): string {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return `linux/${architecture}`;
}
