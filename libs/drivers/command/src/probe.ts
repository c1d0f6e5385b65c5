import { DriverError } from "@gantry/driver-api";
import type { Probe } from "@gantry/reports";
import type { CommandEngine } from "./command-engine.ts";

/** Whether the executable is there and says which images it can run. */
export async function probeCommand(engine: CommandEngine, signal: AbortSignal): Promise<Probe> {
  try {
    const file = await engine.find();
    const types = await engine.imageTypes(signal);
    if (types.length > 0) return { state: "ready", engine: file, problems: [] };
    const text = `${file} --handles names no type of image.`;
    const fix = `Run \`${file} --handles\`: it must print names such as \`docker,oci\` and end with 0.`;
    return { state: "unavailable", engine: file, problems: [{ text, fix }] };
  } catch (error) {
    if (!(error instanceof DriverError) || error.code === "canceled") throw error;
    return { state: "unavailable", problems: [{ text: error.message, fix: error.hint }] };
  }
}
