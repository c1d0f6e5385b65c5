import { PHRASES } from "@gantry/buildkit";
import type { DriverErrorCode } from "@gantry/driver-api";
import type { OciErrorCode } from "@gantry/oci";

/** How a message of the engine is read. */
export interface Rule {
  readonly code: DriverErrorCode;
  readonly matches: RegExp;
  readonly hint: string;
}

/** Read from top to bottom; the first match decides. Phrases are those of Docker Engine 20.10 to 28. */
export const MESSAGE_RULES: readonly Rule[] = [
  {
    code: "no-space",
    matches: PHRASES.noSpace,
    hint: "Free space where the engine keeps its data: docker system df, docker system prune.",
  },
  {
    code: "unauthorized",
    matches: PHRASES.unauthorized,
    hint: "Run docker login for that registry, and check that the name is right.",
  },
  {
    code: "registry-unreachable",
    matches: PHRASES.registryUnreachable,
    hint: "Check the registry's name, the network and the engine's proxy settings; a registry without TLS must be in the engine's insecure-registries.",
  },
  {
    code: "image-not-found",
    matches: PHRASES.imageNotFound,
    hint: "Check the image's name and tag, or build or pull it first.",
  },
  {
    code: "not-found",
    matches: /no such container|could not find the file|no such network|network .* not found/iu,
    hint: "Check that it exists in this engine: docker ps -a, docker network ls.",
  },
];

/** What an HTTP status means when no message rule fits. */
export const STATUS_CODES: Readonly<Record<number, readonly [DriverErrorCode, string]>> = {
  400: ["invalid-request", "Correct what the engine refuses."],
  401: ["unauthorized", "Run docker login for that registry."],
  403: ["unauthorized", "Ask for the right to do this."],
  404: ["not-found", "Check that it exists in this engine."],
  409: ["conflict", "Wait until the other use has ended, or end it."],
};

/** Why an engine cannot be reached and what mends it, by the system's code. */
export const AWAY: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: [
    "its socket does not exist",
    "Start the engine (systemctl start docker), or set DOCKER_HOST.",
  ],
  ECONNREFUSED: ["nothing answers there", "Start the engine: systemctl start docker."],
  EACCES: [
    "this user may not use its socket",
    "Add the user to the group docker (usermod -aG docker USER) and log in again.",
  ],
  EPERM: ["this user may not use its socket", "Add the user to the group docker and log in again."],
  ENOTFOUND: ["its host name is unknown", "Correct DOCKER_HOST or the docker context."],
  EHOSTUNREACH: ["its host cannot be reached", "Check the network, or correct DOCKER_HOST."],
  ENETUNREACH: ["its network cannot be reached", "Check the network, or correct DOCKER_HOST."],
  ETIMEDOUT: ["it did not answer in time", "Check the network and the engine's state."],
};

/** Codes of a connection that broke while it was in use. */
export const CUT = new Set([
  "ECONNRESET",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
]);
/** Codes of a TLS handshake that failed. */
export const CERTIFICATE = /certificate|^ERR_TLS|^ERR_SSL|^EPROTO|UNABLE_TO_|SELF_SIGNED/u;

/** How an error of the image library is called here. */
export const OCI_CODES: Readonly<Record<OciErrorCode, DriverErrorCode>> = {
  "invalid-reference": "invalid-request",
  unauthorized: "unauthorized",
  "not-found": "image-not-found",
  unreachable: "registry-unreachable",
  "registry-error": "registry-unreachable",
  "digest-mismatch": "image-mismatch",
  "too-large": "invalid-request",
  "no-platform": "image-not-found",
  "invalid-content": "invalid-request",
  "unsafe-path": "invalid-request",
  "no-space": "no-space",
  locked: "conflict",
  credentials: "invalid-options",
  unsupported: "invalid-request",
};
