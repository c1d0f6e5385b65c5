import { DriverError } from "@gantry/driver-api";

export function canceled(): DriverError {
  return new DriverError("canceled", "The work was canceled.", { hint: "Start it again." });
}

export function runConflict(id: string): DriverError {
  return new DriverError("conflict", `There is already a run ${id}.`, {
    hint: "Remove it, or use another id.",
  });
}

export function invalidOptions(message: string): DriverError {
  return new DriverError("invalid-options", message, {
    hint: "Compare the endpoint's options with the driver's schema.",
  });
}
