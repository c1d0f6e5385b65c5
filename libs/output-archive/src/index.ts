export { readOutputs } from "./read-outputs.ts";
export type { FetchFile } from "./read-outputs.ts";
