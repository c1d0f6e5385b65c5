import { DriverError, type Location } from "@gantry/driver-api";
import { isOciError } from "@gantry/oci";
import { COMPLAINT_RULES, OCI_CODES } from "./error-rules.ts";
import { lineOf } from "./build/dockerfile-facts.ts";
import { PodmanFault } from "./engine/podman-fault.ts";

/**
 * What the driver throws for any error that came up while `doing` (a phrase such as `starting run 1`). After `signal`
 * was aborted, whatever failed did so because of that.
 */
export function toDriverError(error: unknown, doing: string, signal?: AbortSignal): DriverError {
  if (signal?.aborted === true) return aborted(doing, signal.reason);
  if (error instanceof DriverError) return error;
  if (isOciError(error)) {
    const { message, hint } = error;
    return new DriverError(OCI_CODES[error.code], message, { hint, cause: error });
  }
  if (error instanceof PodmanFault) return fromFault(error, doing);
  if (isUnreachable(error)) return unreachable(error, doing);
  if (nameOf(error) === "AbortError") return canceled(doing, error);
  if (nameOf(error) === "TimeoutError") return timedOut(doing, error);
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    return new DriverError("no-space", `No space is left while ${doing}.`, {
      hint: "Free space: podman system df, podman system prune.",
      cause: error,
    });
  }
  return internal(`The Podman driver failed while ${doing}: ${textOf(error)}`, error);
}

/**
 * Whether `error` says that the container, image or path asked for is not there. A container whose file system cannot
 * be mounted is complained of in the same words, and has the path for all we know.
 */
export function isGone(error: unknown): boolean {
  if (!(error instanceof PodmanFault)) return false;
  // It may go between two looks that Podman takes for one answer.
  if (/: image not known$/iu.test(error.complaint)) return true;
  return error.status === 404 && !/mounting storage for container/iu.test(error.complaint);
}

/** Whether `error` says that a container of that name is there already. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof PodmanFault && /name .* is already in use/isu.test(error.complaint);
}

/** Whether `error` says that the program has ended, so that there is nothing to signal. */
export function isEnded(error: unknown): boolean {
  return (
    error instanceof PodmanFault &&
    /can only kill running containers|not running|no such process|already finished/iu.test(
      error.complaint,
    )
  );
}

/** Whether `error` says that something still uses the image. */
export function isInUse(error: unknown): boolean {
  return error instanceof PodmanFault && /image (?:is )?(?:in use|used) by/iu.test(error.complaint);
}

function fromFault(fault: PodmanFault, doing: string): DriverError {
  const rule = COMPLAINT_RULES.find(({ matches }) => matches.test(fault.complaint));
  const code = rule?.code ?? "internal";
  const hint = rule?.hint ?? "Run podman info to see whether Podman works at all.";
  return new DriverError(code, `Podman refused while ${doing}: ${fault.message}`, {
    hint,
    cause: fault,
  });
}

const UNREACHABLE: ReadonlySet<unknown> = new Set(["ENOENT", "ECONNREFUSED", "EACCES", "EPERM"]);
const LOST: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE"]);

/** Whether the socket could not be connected to, or the connection broke. */
function isUnreachable(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !("code" in error)) return false;
  const isOfConnection = "syscall" in error && error.syscall === "connect";
  return (isOfConnection && UNREACHABLE.has(error.code)) || LOST.has(error.code);
}

function unreachable(error: NodeJS.ErrnoException, doing: string): DriverError {
  if (LOST.has(error.code)) return engineLost(doing, error);
  const text = `No Podman service could be reached while ${doing}: ${error.message}`;
  return new DriverError("engine-unavailable", text, {
    hint: "Start one: systemctl --user enable --now podman.socket (as root without --user), or podman system service --time=0.",
    cause: error,
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function withCause(hint: string, cause: unknown): { hint: string; cause?: unknown } {
  return cause === undefined ? { hint } : { hint, cause };
}

export function canceled(doing: string, cause?: unknown): DriverError {
  return new DriverError("canceled", `Canceled while ${doing}.`, withCause("Run it again.", cause));
}

function aborted(doing: string, reason: unknown): DriverError {
  return nameOf(reason) === "TimeoutError" ? timedOut(doing, reason) : canceled(doing, reason);
}

function timedOut(doing: string, cause: unknown): DriverError {
  const text = `Podman did not answer in time while ${doing}.`;
  return new DriverError("timeout", text, withCause("Check the machine's load.", cause));
}

/** The connection to Podman broke. */
export function engineLost(doing: string, cause?: unknown): DriverError {
  const hint = "Run it again; podman info tells whether Podman works.";
  return new DriverError("engine-lost", `Podman went away while ${doing}.`, withCause(hint, cause));
}

export function internal(message: string, cause?: unknown): DriverError {
  return new DriverError("internal", message, withCause("Report this as a defect.", cause));
}

/** Podman answered something that its interface does not allow. */
export function garbled(what: string, cause?: unknown): DriverError {
  const hint = "Check which Podman listens there: podman version.";
  const text = `Podman answered with an unexpected ${what}.`;
  return new DriverError("protocol", text, withCause(hint, cause));
}

/** The options name a Podman that is not on this machine. */
export function noFilteredAddress(address: string): DriverError {
  const shown = address.replace(/:\/\/[^@/]*@/u, "://");
  return new DriverError("invalid-options", `${shown} is no Unix socket of this machine.`, {
    hint: "Set CONTAINER_HOST or the option host to unix:///PATH; for another machine, run a daemon there and use --host.",
  });
}

export function invalidOptions(message: string): DriverError {
  return new DriverError("invalid-options", message, { hint: "Correct the endpoint's options." });
}

export function invalidRequest(message: string, hint: string, location?: Location): DriverError {
  return new DriverError("invalid-request", message, { hint, ...(location && { location }) });
}

export function unsupported(need: string, message: string, hint: string): DriverError {
  return new DriverError("unsupported", message, { need, hint });
}

export function fileExists(path: string): DriverError {
  return new DriverError("file-exists", `The image has a file at ${path} already.`, {
    hint: "Choose another path for this parameter or credential, or remove the file from the image.",
  });
}

export function imageMissing(name: string): DriverError {
  return new DriverError("image-not-found", `Podman does not hold the image ${name}.`, {
    hint: "Build or pull it first.",
  });
}

export function imageMismatch(message: string): DriverError {
  return new DriverError("image-mismatch", message, {
    hint: "Pull the image by its digest, or build the bundle again.",
  });
}

export function runOver(id: string): DriverError {
  return new DriverError("not-found", `Run ${id} is over.`, {
    hint: "A terminal can be opened while its program runs.",
  });
}

export function runExists(id: string): DriverError {
  return new DriverError("conflict", `A run ${id} exists already.`, {
    hint: "Use a new id, or remove that run.",
  });
}

interface BuildPlace {
  readonly path: string;
  readonly text: string;
}

const CORRECT = "Correct the Dockerfile or the request.";

/** What the complaint of a failed `podman build` means. `output` is the end of what the failed step printed. */
export function buildError(fault: PodmanFault, place: BuildPlace, output: string): DriverError {
  const message = fault.complaint;
  const failed = /building at STEP "(.*)": while running runtime: exit status (\d+)/su.exec(
    message,
  );
  if (failed !== null) {
    const text = `${failed[1]} ended with exit code ${failed[2]}.${output === "" ? "" : `\n${output}`}`;
    const hint = "Correct that step; its output is above.";
    return new DriverError("build-failed", text, {
      hint,
      ...at(place, /^RUN (.*)$/su.exec(failed[1] ?? "")?.[1] ?? failed[1] ?? ""),
    });
  }
  return requestError(message, place) ?? otherBuildError(fault, place);
}

/** What is wrong with the request or the Dockerfile itself. */
function requestError(message: string, place: BuildPlace): DriverError | undefined {
  const unknown = /Unknown instruction: "(\S+)"/iu.exec(message)?.[1];
  if (unknown !== undefined) {
    const { location } = at(place, unknown);
    return invalidRequest(`${place.path}: unknown instruction ${unknown}.`, CORRECT, location);
  }
  const missing = /copier: stat: "([^"]*)": no such file/iu.exec(message)?.[1];
  if (missing !== undefined) {
    const { location } = at(place, missing.replace(/^\//u, ""));
    const hint = "Correct the path, or take it out of .dockerignore.";
    return invalidRequest(`${place.path}: ${missing} is not in the build context.`, hint, location);
  }
  const asked = /(?:secret|ssh) required but no (?:secret|ssh) with id (\S+) found/iu.exec(
    message,
  )?.[1];
  if (asked !== undefined) {
    const hint = `Give it: --secret id=${asked},src=FILE or --ssh ${asked}=SOCKET.`;
    const text = `A step asks for ${asked}, which the build was not given.`;
    return invalidRequest(text, hint, at(place, `id=${asked}`).location);
  }
  if (!REQUEST_FAULT.test(message)) return undefined;
  return invalidRequest(`${place.path}: ${message}`, CORRECT, at(place, "").location);
}

const REQUEST_FAULT =
  /target .* was not found|no FROM statement|no (?:build )?stages|file with no instructions|parsing main Dockerfile|Dockerfile .* empty|requires at least|Syntax error|unknown flag/iu;

function otherBuildError(fault: PodmanFault, place: BuildPlace): DriverError {
  const error = fromFault(fault, "building");
  if (error.code !== "internal") return error;
  return new DriverError("build-failed", `The build failed: ${fault.message}`, {
    hint: `Look at ${place.path}.`,
    cause: fault,
  });
}

/** The place in the Dockerfile of the only line that holds `words`; the file alone when there is no such line. */
function at(place: BuildPlace, words: string): { readonly location: Location } {
  const line = lineOf(place.text, words);
  return { location: { path: place.path, ...(line !== undefined && { line }) } };
}
