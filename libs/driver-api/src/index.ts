export type {
  BuildFacet,
  BuildRequest,
  BuildResult,
  BuiltStep,
  CacheLocation,
  SecretHandle,
  SshHandle,
  Work,
} from "./build.ts";
export type { Driver, DriverContext, DriverDefinition } from "./driver.ts";
export { DRIVER_ERROR_CODES, DriverError } from "./errors.ts";
export type { DriverErrorCode, DriverErrorOptions, Location } from "./errors.ts";
export type { ImageFacet, PushedImage, TransferOptions } from "./images.ts";
export { buildNeeds, runNeeds } from "./needs.ts";
export type {
  EngineAccess,
  EnvironmentEntry,
  FileEntry,
  Mount,
  OutputPiece,
  Run,
  RunEvent,
  RunFacet,
  RunSpec,
} from "./run.ts";
export type { Terminal, TerminalSize, TerminalSpec } from "./terminal.ts";
export { connectDriver } from "./wire/connect.ts";
export type { ConnectedDriver, ConnectOptions } from "./wire/connect.ts";
export { launchDriver } from "./wire/launch.ts";
export type { LaunchedDriver, LaunchOptions } from "./wire/launch.ts";
export { cleanText, shortText } from "./wire/clean-text.ts";
export { DRIVER_PATIENCE } from "./wire/patience.ts";
export type { DriverPatience } from "./wire/patience.ts";
export { DRIVER_METHODS, DRIVER_PROTOCOL, secretNamed, secretRead } from "./wire/methods.ts";
export { serveDriver } from "./wire/serve.ts";
export { serveStdio } from "./wire/serve-stdio.ts";
