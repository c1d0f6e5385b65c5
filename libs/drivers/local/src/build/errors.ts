import { DriverError } from "@gantry/driver-api";
import { isOciError } from "@gantry/oci";
import { USERLAND } from "../userland/userland.ts";
import type { Place } from "../dockerfile/errors.ts";

/** A feature that the request needs and this driver does not have. */
export function missingFeature(need: string, message: string, hint: string): DriverError {
  return new DriverError("unsupported", message, { hint, need });
}

/** The request itself cannot be carried out. */
export function invalidRequest(message: string, hint: string): DriverError {
  return new DriverError("invalid-request", message, { hint });
}

/** The caller asked to stop. */
export function canceled(cause?: unknown): DriverError {
  return new DriverError("canceled", "The build was stopped on request.", {
    hint: "Start it again.",
    cause,
  });
}

/** A step that ended badly: its place, how it ended, and the last it printed. */
export function stepFailed(
  place: Place,
  title: string,
  options: { readonly ending: string; readonly output: readonly string[] },
): DriverError {
  const said =
    options.output.length === 0
      ? "It printed nothing."
      : `Its last output:\n${options.output.join("\n")}`;
  return new DriverError(
    "build-failed",
    `${place.path}:${place.line}: ${title} ${options.ending}`,
    {
      hint: said,
      location: { path: place.path, line: place.line },
    },
  );
}

/** Something of the driver's own went wrong in a step. */
export function stepBroken(
  place: Place,
  options: {
    readonly fault: "request" | "no-space" | "defect";
    readonly message: string;
    readonly hint: string;
  },
): DriverError {
  const code = { request: "invalid-request", "no-space": "no-space", defect: "internal" } as const;
  return new DriverError(code[options.fault], `${place.path}:${place.line}: ${options.message}`, {
    hint: options.hint,
    location: { path: place.path, line: place.line },
  });
}

/** Says at which `FROM` a base image could not be had, in the words of the contract. */
export function baseImageError(error: unknown, reference: string, place: Place): unknown {
  if (!isOciError(error)) return error;
  const codes = {
    "not-found": "image-not-found",
    unauthorized: "unauthorized",
    unreachable: "registry-unreachable",
    "no-platform": "base-unusable",
    "invalid-reference": "invalid-request",
    "no-space": "no-space",
  } as const;
  const code = error.code in codes ? codes[error.code as keyof typeof codes] : "base-unusable";
  return new DriverError(
    code,
    `${place.path}:${place.line}: base image ${reference}: ${error.message}`,
    {
      hint: hintForBase(error.code, error.hint),
      location: { path: place.path, line: place.line },
      cause: error,
    },
  );
}

/** There is one base that needs no registry; who has none learns of it here. */
function hintForBase(code: string, hint: string): string {
  if (code !== "unreachable") return hint;
  return `${hint} Without any registry: build on ${USERLAND}, which is made of this machine's own programs (--build-arg BASE=${USERLAND} with the default template).`;
}

/** What a build throws for any error that came up in it. */
export function toBuildError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted)
    return error instanceof DriverError && error.code === "canceled" ? error : canceled(error);
  if (error instanceof DriverError || !isOciError(error)) return error;
  const code = error.code === "no-space" ? "no-space" : "internal";
  return new DriverError(code, error.message, { hint: error.hint, cause: error });
}
