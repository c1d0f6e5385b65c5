import { type BuildPlace, readFailure } from "@gantry/buildkit";
import { DriverError, type Location } from "@gantry/driver-api";
import { isOciError } from "@gantry/oci";
import { AWAY, CERTIFICATE, CUT, MESSAGE_RULES, OCI_CODES, STATUS_CODES } from "./error-rules.ts";

/** A fault that the engine reported: the status of its answer, or none when it came inside a stream. */
interface EngineFault {
  readonly status: number | undefined;
  readonly message: string;
}

/**
 * What the driver throws for any error that came up while `doing` (a phrase such as `starting run 1`). After `signal`
 * was aborted, whatever failed did so because of that.
 */
export function toDriverError(error: unknown, doing: string, signal?: AbortSignal): DriverError {
  if (signal?.aborted === true) return aborted(doing, signal.reason);
  if (error instanceof DriverError) return error;
  if (isOciError(error)) {
    return new DriverError(OCI_CODES[error.code], error.message, {
      hint: error.hint,
      cause: error,
    });
  }
  const code = codeOf(error);
  if (code === "ABORT_ERR" || nameOf(error) === "AbortError") return canceled(doing, error);
  if (nameOf(error) === "TimeoutError") return timedOut(doing, error);
  const fault = faultOf(error);
  if (fault !== undefined) return fromFault(fault, doing, error);
  const away = AWAY[code];
  if (away !== undefined) return engineAway(away[0], away[1], error);
  if (CUT.has(code) || /socket hang up|aborted/u.test(textOf(error)))
    return engineLost(doing, error);
  if (CERTIFICATE.test(code)) {
    return engineAway(
      `TLS failed (${code})`,
      "Check certPath (DOCKER_CERT_PATH) and the engine's certificate.",
      error,
    );
  }
  return internal(`Docker driver failed while ${doing}: ${textOf(error)}`, error);
}

/** What the driver throws for an error message inside an engine's progress stream. */
export function streamedError(message: string, doing: string): DriverError {
  return fromFault({ status: undefined, message }, doing, undefined);
}

/** Whether `error` says that the thing asked for is not there. */
export function isGone(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Whether `error` says that the thing is not in the state asked for, such as a kill after the end. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

/** Whether the engine cannot be reached now, and may come back. */
export function isAway(error: DriverError): boolean {
  return error.code === "engine-unavailable" || error.code === "engine-lost";
}

function fromFault(fault: EngineFault, doing: string, cause: unknown): DriverError {
  const rule = MESSAGE_RULES.find(({ matches }) => matches.test(fault.message));
  const [code, hint] = rule
    ? [rule.code, rule.hint]
    : (STATUS_CODES[fault.status ?? 0] ?? [
        "internal",
        "Look at the engine's own log: journalctl -u docker.",
      ]);
  const text = `Docker refused while ${doing}: ${fault.message}`;
  return new DriverError(code, text, { hint, ...(cause !== undefined && { cause }) });
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

function faultOf(error: unknown): EngineFault | undefined {
  const status = statusOf(error);
  if (status === undefined) return undefined;
  const message = textOf(error)
    .replace(/^\(HTTP code \d+\) [^-]*- /u, "")
    .trim();
  return { status, message: message || `status ${status}` };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
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
  const text = `Docker did not answer in time while ${doing}.`;
  return new DriverError("timeout", text, withCause("Check the engine's load and log.", cause));
}

/** An engine behind ssh, with what ssh said. */
export function sshFailed(said: string, cause: unknown): DriverError {
  const line = said.split("\n").at(-1)?.trim() ?? said;
  return new DriverError(
    "engine-unavailable",
    `The Docker engine cannot be reached over SSH: ${line}`,
    {
      hint: "Try ssh with the same host by hand; it must not ask for anything, and `docker` must be there.",
      cause,
    },
  );
}

/** A run that is over and can still be read. */
export function runOver(id: string, cause: unknown): DriverError {
  return new DriverError("not-found", `Run ${id} has ended.`, {
    hint: "A terminal needs a run that is under way.",
    cause,
  });
}

export function engineLost(doing: string, cause?: unknown): DriverError {
  const hint = "Check that the engine is up (docker version) and try again.";
  return new DriverError("engine-lost", `Docker went away while ${doing}.`, withCause(hint, cause));
}

function engineAway(why: string, hint: string, cause: unknown): DriverError {
  const text = `The Docker engine cannot be reached: ${why}.`;
  return new DriverError("engine-unavailable", text, { hint, cause });
}

export function internal(message: string, cause?: unknown): DriverError {
  return new DriverError("internal", message, withCause("Report this as a defect.", cause));
}

/** The engine answered something that its interface does not allow. */
export function garbled(what: string, cause?: unknown): DriverError {
  const hint = "Check that a Docker engine listens at this address: docker version.";
  return new DriverError(
    "protocol",
    `Docker answered with an unexpected ${what}.`,
    withCause(hint, cause),
  );
}

export function invalidOptions(
  message: string,
  hint = "Correct the endpoint's options.",
  cause?: unknown,
): DriverError {
  return new DriverError("invalid-options", message, withCause(hint, cause));
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
  return new DriverError("image-not-found", `Docker does not hold the image ${name}.`, {
    hint: "Build or pull it first.",
  });
}

export function imageMismatch(message: string): DriverError {
  return new DriverError("image-mismatch", message, {
    hint: "Pull the image by its digest, or build the bundle again.",
  });
}

export function userUnknown(user: string, file: string): DriverError {
  const hint = "Add that user to the image, or use numbers in USER.";
  const message = `The image runs as ${user}, whom its ${file} does not name.`;
  return new DriverError("base-unusable", message, { hint });
}

export function runGone(id: string): DriverError {
  const hint = "It was removed; start another run.";
  return new DriverError("not-found", `There is no container of run ${id}.`, { hint });
}

export function runExists(id: string): DriverError {
  const hint = "Use a new id, or remove that run.";
  return new DriverError("conflict", `A run ${id} exists already.`, { hint });
}

/** What BuildKit's final message means. `output` is the end of what the failed step printed. */
export function buildError(message: string, place: BuildPlace, output: string): DriverError {
  const { kind, message: text, hint, location } = readFailure(message, place, output);
  if (kind === "canceled") return canceled("building");
  if (kind !== "unread")
    return new DriverError(kind, text, { hint, ...(location && { location }) });
  const error = streamedError(text, "building");
  if (error.code !== "internal") return error;
  return new DriverError("build-failed", `The build failed: ${text}`, { hint });
}
