import { DriverError } from "@gantry/driver-api";

/** An archive of an engine's that is none, or ends too early. */
export function garbled(what: string): DriverError {
  return new DriverError("protocol", `The engine answered with an unexpected ${what}.`, {
    hint: "Check the engine's version and its log.",
  });
}
