import { DriverError } from "@gantry/driver-api";

/** Where in a Dockerfile something stands. Lines count from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

/** The user's Dockerfile is wrong at `place`: what was found there, and what would be right. */
export function dockerfileError(place: Place, message: string, hint: string): DriverError {
  return new DriverError("invalid-request", `${place.path}:${place.line}: ${message}`, {
    hint,
    location: { path: place.path, line: place.line },
  });
}

/** The Dockerfile asks at `place` for something that this driver does not do. */
export function unsupportedError(
  place: Place,
  need: string,
  options: { readonly message: string; readonly hint: string },
): DriverError {
  return new DriverError("unsupported", `${place.path}:${place.line}: ${options.message}`, {
    hint: options.hint,
    need,
    location: { path: place.path, line: place.line },
  });
}
