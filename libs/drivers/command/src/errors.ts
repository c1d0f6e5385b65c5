import { DriverError } from "@gantry/driver-api";
import { ProcessError } from "@gantry/process";

export function canceled(): DriverError {
  return new DriverError("canceled", "The work was canceled.", { hint: "Start it again." });
}

export function unsupported(need: string): DriverError {
  return new DriverError("unsupported", `A cnab-NAME executable cannot be asked for ${need}.`, {
    need,
    hint: "Choose an endpoint whose driver has it: `gantry drivers list`.",
  });
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

export function executableNotFound(name: string): DriverError {
  return new DriverError("engine-unavailable", `Executable ${name} was not found.`, {
    hint: `Install ${name} into a directory of PATH, or set \`executable\` in the endpoint's options.`,
  });
}

/** Puts what went wrong with a process into the contract's words. */
export function toDriverError(error: unknown): unknown {
  if (!(error instanceof ProcessError)) return error;
  const code = error.code === "canceled" ? "canceled" : "engine-unavailable";
  return new DriverError(code, error.message, { hint: error.hint, cause: error });
}
