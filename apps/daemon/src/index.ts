export { type Daemon, type DaemonOptions, startDaemon } from "./daemon.ts";
export { createLog } from "./log.ts";
export { VERSION } from "./version.ts";
