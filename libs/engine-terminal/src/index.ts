export { openTerminal } from "./open-terminal.ts";
export type { ExecApi } from "./exec-api.ts";
