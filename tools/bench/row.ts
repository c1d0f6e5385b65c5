import type { Line } from "./line.ts";
import type { World } from "./world.ts";

/** One thing to measure. */
export interface Row {
  /** What `--only` selects it by. */
  readonly group: string;
  readonly what: string;
  /** Throws `MissingEngineError` where an engine is not there, anything else where the measuring failed. */
  measure(world: World): Promise<readonly Line[]>;
}
