import { DriverError } from "@gantry/driver-api";
import { Fault } from "../fault.ts";
import type { ProcessState } from "./process-state.ts";

/** Lines of stderr that an error shows. */
const SHOWN_LINES = 10;

const CRASHES = ["driver-lost", "timeout", "protocol"] as const;

export function quarantined(
  name: string,
  { crashes, lastCrash = "it did not start", lastStderr }: ProcessState,
): Fault {
  return new Fault(
    "driver-quarantined",
    `Driver ${name} is in quarantine: its process crashed ${crashes} times. The last time ${lastCrash}.`,
    {
      hint: `Mend or update it, then run \`gantry drivers restart ${name}\`. \`gantry drivers doctor ${name}\` shows what it printed.`,
      details: printed(lastStderr),
    },
  );
}

/** A start that counts as a crash: as a fault, with what the driver printed. `undefined` for a driver that answered, if only to refuse. */
export function startFault(error: unknown, lastStderr: readonly string[]): Fault | undefined {
  if (!(error instanceof DriverError)) return undefined;
  const { message, hint } = error;
  const code = CRASHES.find((crash) => crash === error.code);
  if (code === undefined) return undefined;
  return new Fault(code, message, { hint, details: printed(lastStderr), cause: error });
}

function printed(lines: readonly string[]): string[] {
  return lines.slice(-SHOWN_LINES).map((line) => `stderr: ${line}`);
}
