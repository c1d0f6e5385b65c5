/** An error that clients may meet: what a program decides by, its JSON-RPC code, and the CLI's exit code. */
export interface ErrorKind {
  readonly rpcCode: number;
  readonly exitCode: 1 | 2 | 3 | 4 | 70 | 130;
  readonly meaning: string;
}

/** Every error code of the daemon. docs/errors.md is generated from this table. */
export const ERRORS = {
  "action-failed": {
    rpcCode: 10,
    exitCode: 1,
    meaning: "The bundle's action ended with a failure.",
  },
  "base-unusable": {
    rpcCode: 11,
    exitCode: 1,
    meaning: "The run tool cannot run on the bundle's base image.",
  },
  "build-failed": { rpcCode: 12, exitCode: 1, meaning: "A step of the build failed." },
  "bundle-invalid": {
    rpcCode: 13,
    exitCode: 2,
    meaning: "A bundle.json is not a valid CNAB bundle, or a reference leads to no bundle.",
  },
  busy: {
    rpcCode: 14,
    exitCode: 1,
    meaning: "Another operation is working on the same installation, or the daemon has work.",
  },
  canceled: { rpcCode: 15, exitCode: 130, meaning: "The operation was cancelled on request." },
  "config-invalid": { rpcCode: 16, exitCode: 2, meaning: "A configuration file is not valid." },
  conflict: { rpcCode: 17, exitCode: 1, meaning: "It exists already, or changed meanwhile." },
  "daemon-outdated": {
    rpcCode: 43,
    exitCode: 3,
    meaning: "The daemon's program was built anew; the daemon makes way for another.",
  },
  "driver-lost": {
    rpcCode: 18,
    exitCode: 4,
    meaning: "A driver's process ended in the middle of its work.",
  },
  "driver-revoked": {
    rpcCode: 70,
    exitCode: 1,
    meaning: "A signed list says that a driver must not be used.",
  },
  "driver-tampered": {
    rpcCode: 71,
    exitCode: 1,
    meaning: "A driver's content is not the one that was installed or shown.",
  },
  "driver-unconfirmed": {
    rpcCode: 72,
    exitCode: 2,
    meaning:
      "A driver asks for powers that nobody granted it, or was granted what it does not ask for.",
  },
  "driver-quarantined": {
    rpcCode: 80,
    exitCode: 4,
    meaning: "A driver's process crashed too often, and is not started any more.",
  },
  "driver-refused": {
    rpcCode: 81,
    exitCode: 4,
    meaning:
      "A driver was not started: its content changed, a grant cannot be given, or this machine cannot confine it.",
  },
  "driver-unknown": { rpcCode: 19, exitCode: 2, meaning: "No endpoint has this name." },
  "engine-lost": {
    rpcCode: 20,
    exitCode: 4,
    meaning: "The engine went away in the middle of the work.",
  },
  "engine-unavailable": { rpcCode: 21, exitCode: 4, meaning: "The engine cannot be reached." },
  "file-exists": {
    rpcCode: 22,
    exitCode: 1,
    meaning: "An input would overwrite a file of the invocation image.",
  },
  "image-mismatch": {
    rpcCode: 23,
    exitCode: 1,
    meaning: "An image, or a part of a published bundle, is not the one that is named by digest.",
  },
  "image-not-found": {
    rpcCode: 24,
    exitCode: 1,
    meaning: "An image exists neither in the engine nor in its registry.",
  },
  "input-invalid": {
    rpcCode: 25,
    exitCode: 2,
    meaning: "A parameter, credential, action or name does not fit the bundle.",
  },
  internal: { rpcCode: 26, exitCode: 70, meaning: "A defect of Gantry or of a driver." },
  "invalid-options": {
    rpcCode: 27,
    exitCode: 2,
    meaning: "An endpoint's options do not fit its driver.",
  },
  "invalid-request": {
    rpcCode: 28,
    exitCode: 2,
    meaning: "A Dockerfile or a build request is not valid.",
  },
  "lint-failed": { rpcCode: 29, exitCode: 2, meaning: "The linter found errors in a manifest." },
  "lock-differs": {
    rpcCode: 73,
    exitCode: 1,
    meaning: "A driver is not what gantry.lock says.",
  },
  "lock-invalid": {
    rpcCode: 74,
    exitCode: 2,
    meaning: "A gantry.lock cannot be read, or was changed by hand.",
  },
  "manifest-invalid": { rpcCode: 30, exitCode: 2, meaning: "A porter.yaml is not valid." },
  "no-driver": { rpcCode: 31, exitCode: 4, meaning: "No endpoint can do what is asked." },
  "no-space": { rpcCode: 32, exitCode: 1, meaning: "A disk is full." },
  "not-granted": {
    rpcCode: 60,
    exitCode: 2,
    meaning: "A run asks for a power that nobody granted to its installation.",
  },
  "not-found": { rpcCode: 33, exitCode: 1, meaning: "There is nothing of this name." },
  "output-missing": {
    rpcCode: 34,
    exitCode: 1,
    meaning: "The action left an output out, or one of the wrong type.",
  },
  "plan-changed": {
    rpcCode: 61,
    exitCode: 1,
    meaning: "What would run is not what the approved plan showed.",
  },
  "package-invalid": {
    rpcCode: 75,
    exitCode: 2,
    meaning: "An archive or directory is no driver package, or not safe to unpack.",
  },
  protocol: { rpcCode: 35, exitCode: 70, meaning: "A driver or a client broke its protocol." },
  "protocol-version": {
    rpcCode: 36,
    exitCode: 3,
    meaning: "Client and daemon speak different versions.",
  },
  "provenance-invalid": {
    rpcCode: 76,
    exitCode: 1,
    meaning: "A signed statement about a driver's origin does not hold.",
  },
  "publisher-changed": {
    rpcCode: 77,
    exitCode: 2,
    meaning: "Somebody else than before answers for a driver.",
  },
  "registry-unreachable": { rpcCode: 37, exitCode: 1, meaning: "A registry cannot be reached." },
  "run-differs": {
    rpcCode: 62,
    exitCode: 1,
    meaning: "A container was not what its plan says; it was stopped.",
  },
  "revocations-invalid": {
    rpcCode: 78,
    exitCode: 2,
    meaning:
      "The list of revoked drivers cannot be read, or is not signed with the configured key.",
  },
  "run-lost": { rpcCode: 38, exitCode: 1, meaning: "Nobody can tell how a run ended." },
  "spec-invalid": {
    rpcCode: 79,
    exitCode: 2,
    meaning: "The words name nothing that a driver could be installed from.",
  },
  "state-refused": {
    rpcCode: 39,
    exitCode: 1,
    meaning: "The installation's state does not allow the action.",
  },
  timeout: { rpcCode: 40, exitCode: 1, meaning: "Something took longer than it may." },
  unauthorized: {
    rpcCode: 41,
    exitCode: 1,
    meaning: "A registry or an engine refused the credentials.",
  },
  unsupported: {
    rpcCode: 42,
    exitCode: 2,
    meaning: "The chosen endpoint lacks something that was asked for.",
  },
} as const satisfies Readonly<Record<string, ErrorKind>>;

export type ErrorCode = keyof typeof ERRORS;

/** Whether `code` is one of ours. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
