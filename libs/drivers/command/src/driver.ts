import { join } from "node:path";
import type { Driver, DriverContext } from "@gantry/driver-api";
import { CommandEngine } from "./command-engine.ts";
import { readOptions } from "./options.ts";
import { probeCommand } from "./probe.ts";
import { commandRuns } from "./run/run.ts";

/** A driver that leaves everything to a `cnab-NAME` executable. */
export function createCommandDriver(
  given: Readonly<Record<string, unknown>>,
  { stateDir }: DriverContext,
): Driver {
  const options = readOptions(given);
  const host = { ...process.env };
  const engine = new CommandEngine(options, host);
  const runsDir = join(stateDir, "runs");
  return {
    probe: (signal) => probeCommand(engine, signal),
    run: commandRuns({ engine, options, host, runsDir, platform: hostPlatform() }),
    async [Symbol.asyncDispose]() {
      // Runs go on by themselves; nothing else is held open.
    },
  };
}

function hostPlatform(): string {
  return `linux/${process.arch === "x64" ? "amd64" : process.arch}`;
}
