export { contentDigest } from "./content-digest.ts";
export type { ContentVisitor, DigestOptions, HashedFile } from "./content-digest.ts";
export { CONTENT_ERROR_CODES, ContentError } from "./content-error.ts";
export type { ContentErrorCode } from "./content-error.ts";
export {
  isCovered,
  isNone,
  narrowed,
  POWER_LISTS,
  type PowerList,
  together,
  widening,
} from "./compare-powers.ts";
export {
  PackageError,
  type PackageErrorCode,
  type PackageErrorOptions,
  type PackageErrorPlace,
} from "./errors.ts";
export { type EnginePlace, enginePlace } from "./engine-places.ts";
export { parseGrants } from "./grants.ts";
export { lockDifferences } from "./lock-difference.ts";
export {
  formatLock,
  LOCK_FILE,
  LockedDriver,
  type LockedDrivers,
  parseLock,
  Sha512,
} from "./lock-file.ts";
export { DriverManifest, DriverName, Limits, MANIFEST_FILE } from "./manifest.ts";
export { describePowers, powerLines, type PowerWords } from "./power-words.ts";
export { EngineApi, EngineCall, EnginePower, EngineReach, NO_POWERS, Powers } from "./powers.ts";
export { describePublisher, Identity, isSamePublisher, Publisher } from "./publisher.ts";
export { MANIFEST_BYTES, readManifest } from "./read-manifest.ts";
export {
  readRevocations,
  REVOCATIONS_TYPE,
  type Revocations,
  signedBytes,
  type Verdict,
  verdictOn,
} from "./revocations.ts";
export { formatSource, parseSource, type Source, SourceText, withoutVersion } from "./source.ts";
