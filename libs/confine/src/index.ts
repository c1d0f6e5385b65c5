export { confine } from "./confine.ts";
export { ENGINE_SOCKET } from "./environment.ts";
export { CONFINE_ERROR_CODES, ConfineError } from "./errors.ts";
export type { ConfineErrorCode } from "./errors.ts";
export { PACKAGE_DIR } from "./package/program.ts";
export { isWholeMachine, weakenedBy } from "./weaker.ts";
export type { Confined, Confinement, ConfineRequest, Exchange } from "./request.ts";
