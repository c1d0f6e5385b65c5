/** What a client needs of the protocol to reach a daemon and to read its errors. Loads no schema. */
export { ERRORS, type ErrorCode, type ErrorKind, isErrorCode } from "./errors.ts";
export { homeOf, socketPathOf } from "./location.ts";
export { flagOfPower, powerInWords } from "./power-words.ts";
export { type ProgramStamp, stampProgram } from "./program-stamp.ts";
export { ENGINE_VARIABLES, PROTOCOL_VERSION } from "./version.ts";
