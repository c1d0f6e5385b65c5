import { DriverError, type DriverErrorCode, type Location } from "@gantry/driver-api";

/** What is thrown when somebody asked for the work to stop. */
export function canceled(): DriverError {
  return new DriverError("canceled", "The work was canceled.", { hint: "Start it again." });
}

/** What is thrown for a feature that the driver does not declare. */
export function unsupported(need: string): DriverError {
  return new DriverError("unsupported", `The fake driver was not set up to do ${need}.`, {
    need,
    hint: "Add it to `buildFeatures` or `runFeatures` in the endpoint's options.",
  });
}

export function imageNotFound(name: string): DriverError {
  return new DriverError("image-not-found", `The fake driver holds no image ${name}.`, {
    hint: "Build or import it first, or use a name that begins with `fake/`.",
  });
}

export function runGone(id: string): DriverError {
  return new DriverError("not-found", `There is no run ${id}.`, {
    hint: "It was removed; start another one.",
  });
}

export function runConflict(id: string): DriverError {
  return new DriverError("conflict", `There is already a run ${id}.`, {
    hint: "Remove it, or use another id.",
  });
}

export function buildFailed(step: string, exitCode: number): DriverError {
  return new DriverError("build-failed", `Step \`${step}\` ended with exit code ${exitCode}.`, {
    hint: "Read what the step printed.",
  });
}

export function invalidDockerfile(message: string, location: Location): DriverError {
  return new DriverError("invalid-request", message, { hint: "Correct the Dockerfile.", location });
}

export function missingFile(path: string, location: Location): DriverError {
  return new DriverError("build-failed", `${path} is not in the build context.`, {
    hint: "Check its name, and whether .dockerignore leaves it out.",
    location,
  });
}

export function invalidOptions(message: string): DriverError {
  return new DriverError("invalid-options", message, {
    hint: "Compare the endpoint's options with the driver's schema.",
  });
}

/** A failure that the options ask for. */
export function scripted(code: DriverErrorCode, message: string): DriverError {
  return new DriverError(code, message, {
    hint: "This failure was asked for in the endpoint's options.",
    ...(code === "unsupported" ? { need: "scripted" } : {}),
  });
}
