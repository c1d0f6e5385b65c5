/** What BuildKit says of one step. Times are milliseconds since 1970. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: number | undefined;
  readonly completed: number | undefined;
  readonly error: string;
}

/** How far a transfer within a step has come. */
export interface VertexStatus {
  readonly id: string;
  readonly vertex: string;
  readonly current: number;
  readonly total: number;
}

/** What a step printed. */
export interface VertexLog {
  readonly vertex: string;
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

/** One `moby.buildkit.v1.StatusResponse`. */
export interface Trace {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
}
