export { type BuildFailure, type BuildPlace, readFailure } from "./failure.ts";
export { PHRASES } from "./phrases.ts";
export { BuildProgress, type FinishedStep } from "./progress.ts";
export { type ReadableSecret, SecretMask } from "./secret-mask.ts";
export type { Trace, Vertex, VertexLog, VertexStatus } from "./trace.ts";
