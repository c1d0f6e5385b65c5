import { type BuildPlace, PHRASES, readFailure } from "@gantry/buildkit";
import { DriverError, type DriverErrorCode } from "@gantry/driver-api";
import { isOciError, type OciErrorCode } from "@gantry/oci";
import { ProcessError } from "@gantry/process";

const SEE_MESSAGE = "Its message says what is wrong.";

interface Rule {
  readonly code: DriverErrorCode;
  readonly matches: RegExp;
  readonly hint: string;
  /** With `unsupported`: the feature. */
  readonly need?: string;
}

const OTHER_BUILDER =
  "Use a builder that can: docker buildx create --driver docker-container, and the option builder.";

/** What builders refuse, by the feature. Phrases of buildx 0.13 to 0.29. */
const LACKS: readonly Rule[] = [
  {
    code: "unsupported",
    need: "cache-to",
    matches: /cache export (?:feature )?is (?:currently )?not supported|unknown cache exporter/iu,
    hint: OTHER_BUILDER,
  },
  {
    code: "unsupported",
    need: "cache-from",
    matches: /unknown cache importer|could not find .*cache importer/iu,
    hint: OTHER_BUILDER,
  },
  {
    code: "unsupported",
    need: "multi-platform",
    matches:
      /multi(?:ple|-)platforms? (?:feature |build )?is (?:currently )?not supported|exporting manifest lists/iu,
    hint: OTHER_BUILDER,
  },
  {
    code: "unsupported",
    need: "named-contexts",
    matches: /frontend capability moby\.buildkit\.frontend\.contexts/iu,
    hint: OTHER_BUILDER,
  },
  {
    code: "unsupported",
    need: "network-host",
    matches: /network\.host is not allowed|entitlement network\.host/iu,
    hint: "Allow it in the builder: --buildkitd-flags '--allow-insecure-entitlement network.host'.",
  },
  {
    code: "unsupported",
    need: "extra-hosts",
    matches: /extra ?hosts .*not supported/iu,
    hint: OTHER_BUILDER,
  },
];

/** Read from top to bottom; the first match decides. */
const RULES: readonly Rule[] = [
  ...LACKS,
  {
    code: "invalid-options",
    matches: /no builder ".*" found/iu,
    hint: "Correct the option builder; docker buildx ls shows the builders.",
  },
  {
    code: "engine-unavailable",
    matches:
      /cannot connect to the docker daemon|failed to (?:initialize|find) builder|no valid drivers found|failed to list workers|^context deadline exceeded|unix .*: connect:/imu,
    hint: "Start the engine or the builder: docker buildx inspect --bootstrap.",
  },
  { code: "no-space", matches: PHRASES.noSpace, hint: "Free space: docker buildx prune." },
  {
    code: "unauthorized",
    matches: PHRASES.unauthorized,
    hint: "Run docker login for that registry, and check that the name is right.",
  },
  {
    code: "registry-unreachable",
    matches: PHRASES.registryUnreachable,
    hint: "Check the registry's name and the network; one without TLS must be known to the builder as insecure.",
  },
  {
    code: "image-not-found",
    matches: PHRASES.imageNotFound,
    hint: "Check the image's name and tag, or build or pull it first.",
  },
];

/** The engine's own words in the middle of a build: it could not start the builder's container. */
const NOT_STARTED: Rule = {
  code: "engine-unavailable",
  matches: /^error response from daemon/iu,
  hint: "See why it does not start: docker buildx inspect --bootstrap.",
};

const OCI_CODES: Readonly<Partial<Record<OciErrorCode, DriverErrorCode>>> = {
  "invalid-reference": "invalid-request",
  unauthorized: "unauthorized",
  "not-found": "image-not-found",
  unreachable: "registry-unreachable",
  "registry-error": "registry-unreachable",
  "digest-mismatch": "image-mismatch",
  "no-platform": "image-not-found",
  "no-space": "no-space",
};

/** What the driver throws for any error that came up in `what`, such as `Pulling a:b`. After `signal` was aborted, it failed because of that. */
export function toDriverError(error: unknown, what: string, signal: AbortSignal): DriverError {
  if (signal.aborted) return stopped(what, signal.reason);
  if (error instanceof DriverError) return error;
  if (isOciError(error)) {
    const code = OCI_CODES[error.code] ?? "invalid-request";
    return new DriverError(code, error.message, { hint: error.hint, cause: error });
  }
  if (error instanceof ProcessError) {
    const { message, hint } = error;
    const code = error.code === "not-found" ? "engine-unavailable" : "internal";
    return new DriverError(code, message, { hint, cause: error });
  }
  if (codeOf(error) === "ENOSPC") {
    return new DriverError("no-space", `${what} found no space left on the disk.`, {
      hint: "Free space where Gantry keeps its state, and try again.",
      cause: error,
    });
  }
  return new DriverError("internal", `${what} failed: ${textOf(error)}`, {
    hint: "Report this as a defect.",
    cause: error,
  });
}

function stopped(what: string, reason: unknown): DriverError {
  const isLate = reason instanceof Error && reason.name === "TimeoutError";
  return isLate
    ? new DriverError("timeout", `${what} took too long.`, { hint: "Check the builder's load." })
    : new DriverError("canceled", `${what} was stopped on request.`, { hint: "Run it again." });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The plugin or the docker CLI ended with a complaint. */
export function commandFailed(args: readonly string[], said: string): DriverError {
  const words = args.slice(0, 2).join(" ");
  const message = `docker ${words} failed: ${said.replace(/^ERROR: /u, "")}`;
  return fromRules(said, message, { code: "internal", hint: SEE_MESSAGE });
}

function fromRules(said: string, message: string, otherwise: Omit<Rule, "matches">): DriverError {
  const rule = RULES.find(({ matches }) => matches.test(said)) ?? otherwise;
  const { code, hint, need } = rule;
  return new DriverError(code, message, { hint, ...(need !== undefined && { need }) });
}

/** What the plugin's last words mean. `output` is the end of what the failed step printed. */
export function buildError(said: string, place: BuildPlace, output: string): DriverError {
  const failure = readFailure(said, place, output);
  const { kind, message, hint, location } = failure;
  if (kind !== "unread")
    return new DriverError(kind, message, { hint, ...(location && { location }) });
  const text = `The build failed: ${message}`;
  const isBuilders = NOT_STARTED.matches.test(message);
  return fromRules(
    message,
    text,
    isBuilders ? NOT_STARTED : { code: "build-failed", hint: SEE_MESSAGE },
  );
}

/** Whether the builder refused because it writes no OCI layout. */
export function isWithoutLayout(said: string): boolean {
  return /OCI exporter (?:feature )?is (?:currently )?not supported/iu.test(said);
}

export function pluginMissing(dirs: readonly string[]): DriverError {
  const text = `The buildx plugin is not there: no docker-buildx in ${dirs.join(", ")} or on PATH.`;
  return new DriverError("engine-unavailable", text, {
    hint: "Install it (package docker-buildx or docker-buildx-plugin), or set the option program.",
  });
}

export function engineLost(doing: string): DriverError {
  return new DriverError("engine-lost", `The program was killed while ${doing}.`, {
    hint: "Check the memory of this machine, and try again.",
  });
}

export function garbled(what: string, cause?: unknown): DriverError {
  const text = `buildx gave an unexpected ${what}.`;
  const hint = "Install buildx 0.13 or newer: docker buildx version.";
  return new DriverError("protocol", text, { hint, ...(cause !== undefined && { cause }) });
}

export function invalidOptions(message: string): DriverError {
  return new DriverError("invalid-options", message, { hint: "Correct the endpoint's options." });
}

export function invalidRequest(message: string, hint: string): DriverError {
  return new DriverError("invalid-request", message, { hint });
}

export function imageMissing(name: string): DriverError {
  return new DriverError("image-not-found", `The engine does not hold the image ${name}.`, {
    hint: "Build or pull it first.",
  });
}
