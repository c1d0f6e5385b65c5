export { runtimeFor } from "./host.ts";
export type { RunToolRuntime, RuntimeOptions } from "./host.ts";
export { RunToolError } from "./run-tool-error.ts";
