/** The run tool for one platform: what becomes `/cnab/app/run` and the interpreter beside it. */
export interface Runtime {
  readonly runFile: string;
  readonly nodeBinary: string;
  /** Changes when either of the two does. */
  readonly digest: string;
}

/** Finds the run tool for `os/architecture`, fetching what this installation lacks into `cacheDir`. */
export type FindRuntime = (
  platform: string,
  options: { readonly cacheDir: string; readonly signal: AbortSignal },
) => Promise<Runtime>;
