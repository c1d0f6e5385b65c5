import { BundleError, InputError } from "@gantry/cnab";
import { ContentError, PackageError } from "@gantry/driver-package";
import { isOciError, type OciErrorCode } from "@gantry/oci";
import { ConfineError } from "@gantry/confine";
import { DriverError } from "@gantry/driver-api";
import { BuildArgError, DockerfileError, ManifestError, formatProblem } from "@gantry/manifest";
import { ProcessError } from "@gantry/process";
import { ERRORS, type ErrorCode, type Failure, isErrorCode } from "@gantry/protocol";
import { RpcError } from "@gantry/rpc";
import { Fault } from "./fault.ts";

/** Puts an error into the protocol's words; `undefined` for a defect. The one place that knows every room's errors. */
export function toFailure(error: unknown): (Failure & { readonly code: ErrorCode }) | undefined {
  if (error instanceof Fault) return failureOf(error.code, error);
  if (error instanceof DriverError)
    return failureOf(driverCode(error), { ...pick(error), place: error.location });
  if (error instanceof PackageError) return failureOf(error.code, error);
  if (error instanceof ContentError) return failureOf("driver-tampered", error);
  if (isOciError(error)) return failureOf(OCI_CODES[error.code], error);
  if (error instanceof ConfineError) return failureOf("driver-refused", error);
  if (error instanceof ManifestError) return manifestFailure(error);
  if (error instanceof DockerfileError) return failureOf("invalid-request", error);
  if (error instanceof BuildArgError) return failureOf("input-invalid", error);
  if (error instanceof BundleError) return cnabFailure("bundle-invalid", error);
  if (error instanceof InputError) return cnabFailure("input-invalid", error);
  if (error instanceof ProcessError)
    return failureOf(error.code === "canceled" ? "canceled" : "build-failed", error);
  return isNoSpace(error) ? noSpace(error) : undefined;
}

/** What a registry or an archive of an image or a driver was refused for. */
const OCI_CODES: Readonly<Record<OciErrorCode, ErrorCode>> = {
  "invalid-reference": "spec-invalid",
  unauthorized: "unauthorized",
  credentials: "unauthorized",
  "not-found": "not-found",
  unreachable: "registry-unreachable",
  "registry-error": "registry-unreachable",
  "digest-mismatch": "image-mismatch",
  "too-large": "package-invalid",
  "no-platform": "package-invalid",
  "invalid-content": "package-invalid",
  "unsafe-path": "package-invalid",
  unsupported: "package-invalid",
  "no-space": "no-space",
  locked: "busy",
};

/** The same as an error on the wire. */
export function toRpcError(error: unknown): RpcError | undefined {
  const failure = toFailure(error);
  if (failure === undefined) return undefined;
  const { message, ...data } = failure;
  return new RpcError(ERRORS[failure.code].rpcCode, message, data);
}

interface Told {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: readonly string[];
  readonly place?: Failure["place"];
}

function failureOf(
  code: ErrorCode,
  { message, hint, details = [], place }: Told,
): Failure & { code: ErrorCode } {
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(details.length === 0 ? {} : { details: [...details] }),
    ...(place === undefined ? {} : { place }),
  };
}

function pick({ message, hint }: DriverError): Told {
  return { message, hint };
}

function driverCode(error: DriverError): ErrorCode {
  return isErrorCode(error.code) ? error.code : "internal";
}

const MEND = "Correct the manifest and try again.";

function manifestFailure(error: ManifestError): Failure & { code: ErrorCode } {
  const [first] = error.problems;
  const place =
    first === undefined ? undefined : { path: first.path, line: first.line, column: first.column };
  const message =
    error.problems.length === 1
      ? error.message
      : `${error.problems.length} problems in ${first?.path}`;
  return failureOf("manifest-invalid", {
    message,
    hint: error.problems.length === 1 ? (error.hint ?? MEND) : MEND,
    details: error.problems.length === 1 ? [] : error.problems.map(formatProblem),
    place,
  });
}

function cnabFailure(
  code: ErrorCode,
  error: BundleError | InputError,
): Failure & { code: ErrorCode } {
  const messages = error.problems
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message);
  const [first = error.message] = messages;
  return failureOf(code, {
    message: first,
    hint: error.hint,
    details: messages.length > 1 ? messages : [],
  });
}

function isNoSpace(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT" || /database or disk is full/i.test(error.message);
}

function noSpace(error: Error): Failure & { code: ErrorCode } {
  return failureOf("no-space", {
    message: `There is no space left on the disk (${error.message}).`,
    hint: "Free space in GANTRY_HOME; nothing that was stored before is lost.",
  });
}
