export { Client } from "./client.ts";
export type { ConnectOptions } from "./client.ts";
export { hasEnded } from "./daemon-end.ts";
export { DaemonError } from "./errors.ts";
export type { DaemonProgram } from "./start-daemon.ts";
