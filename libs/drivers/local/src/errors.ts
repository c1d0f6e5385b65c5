import { DriverError, type DriverErrorCode, type DriverErrorOptions } from "@gantry/driver-api";
import { isOciError, type OciErrorCode } from "@gantry/oci";

/** An error of this driver. Everything it throws on purpose is made here or beside a facet's own rules. */
export function localError(
  code: DriverErrorCode,
  message: string,
  options: DriverErrorOptions,
): DriverError {
  return new DriverError(code, message, options);
}

/** This machine cannot make sandboxes. */
export function engineUnavailable(message: string, hint: string, cause?: unknown): DriverError {
  return new DriverError("engine-unavailable", message, { hint, cause });
}

/** A step of setting up a sandbox failed; `detail` is what the tool said. */
export function sandboxFailed(step: string, detail: string): DriverError {
  const lines = detail
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("dmesg(1)"));
  const said = lines.slice(-6).join("; ") || "it ended without a word";
  const code = /no space left/i.test(said) ? "no-space" : "internal";
  return new DriverError(code, `The sandbox could not be set up (${step}): ${said}`, {
    hint: "Run `gantry drivers doctor` to see what this machine allows.",
  });
}

/** The caller asked to stop. */
export function canceled(what: string): DriverError {
  return new DriverError("canceled", `${what} was stopped on request.`, { hint: "Run it again." });
}

/** A sandbox was asked for that cannot be made as asked. */
export function invalidSandbox(message: string, hint: string): DriverError {
  return new DriverError("invalid-request", message, { hint });
}

/** The image has a file where one is to be put (CNAB Core 101, Parameters and Credentials). */
export function fileExists(path: string): DriverError {
  return new DriverError("file-exists", `The image has a file at ${path} already.`, {
    hint: "Choose another path for the parameter or credential, or take the file out of the image.",
  });
}

/** A terminal in a run whose confinement it would not have. */
export function terminalRefused(why: string): DriverError {
  return new DriverError("unsupported", `The local driver opens no terminal in this run: ${why}.`, {
    need: "terminal",
    hint: "Run the bundle with a driver that can, such as docker, or build its image with a USER of its own.",
  });
}

/** The image has not what the run needs of it. */
export function programMissing(program: string): DriverError {
  return new DriverError(
    "invalid-request",
    `The image has no program ${program} that its user may run.`,
    {
      hint: "Check the image's contents and the file's mode.",
    },
  );
}

/** Whether `error` is a system error with this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** `USER` of the image names nobody. */
export function userUnknown(user: string, file: string): DriverError {
  return new DriverError("base-unusable", `The image's user ${user} is not in its ${file}.`, {
    hint: "Create the user in the image, or give USER as numbers.",
  });
}

/** The request itself cannot be carried out. */
export function invalidRun(message: string, hint: string): DriverError {
  return new DriverError("invalid-request", message, { hint });
}

/** A need that this driver does not meet here. */
export function unsupportedNeed(need: string, hint: string): DriverError {
  return new DriverError(
    "unsupported",
    `The local driver cannot give a run what it needs: ${need}.`,
    {
      hint,
      need,
    },
  );
}

/** A run of that id is there already. */
export function runConflict(id: string): DriverError {
  return new DriverError("conflict", `Run ${id} exists already.`, {
    hint: "Recover it, or start another one under a new id.",
  });
}

/** A run that is over and can still be read. */
export function runEnded(id: string): DriverError {
  return new DriverError("not-found", `Run ${id} has ended.`, {
    hint: "A terminal needs a run that is under way.",
  });
}

/** The run was removed. */
export function runGone(id: string): DriverError {
  return new DriverError("not-found", `Run ${id} is not there any more.`, {
    hint: "It was removed; its record is with the installation.",
  });
}

const OCI_CODES: Readonly<Partial<Record<OciErrorCode, DriverErrorCode>>> = {
  "invalid-reference": "invalid-request",
  unauthorized: "unauthorized",
  "not-found": "image-not-found",
  unreachable: "registry-unreachable",
  "registry-error": "registry-unreachable",
  "digest-mismatch": "image-mismatch",
  "no-platform": "image-not-found",
  "no-space": "no-space",
  unsupported: "base-unusable",
  "invalid-content": "base-unusable",
};

/** Any failure of `what` in the words of the contract. A defect stays what it is. */
export function toLocalError(error: unknown, what: string, signal: AbortSignal): unknown {
  if (signal.aborted) return canceled(what);
  if (error instanceof DriverError) return error;
  if (isOciError(error)) {
    const code = OCI_CODES[error.code] ?? "internal";
    return new DriverError(code, error.message, { hint: error.hint, cause: error });
  }
  if (hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")) {
    const hint = "Free space where Gantry keeps its state, and try again.";
    return new DriverError("no-space", `${what} found no space left on the disk.`, {
      hint,
      cause: error,
    });
  }
  return error;
}

/** This machine lacks programs without which no base image can be made of it. */
export function userlandIncomplete(programs: readonly string[]): DriverError {
  return new DriverError(
    "base-unusable",
    `No base image can be made from this machine: it has no ${programs.join(", ")} that everybody may read.`,
    {
      hint: "Use a base image from a registry: set the build argument BASE.",
    },
  );
}

/** A directory that every sandbox mounts on is a link in the image. */
export function rootUnusable(path: string): DriverError {
  return new DriverError(
    "base-unusable",
    `The image has a link at ${path}, where a directory must be.`,
    {
      hint: "Use another base image.",
    },
  );
}
