import { join } from "node:path";
import { BUNDLE_DIR, imagePath } from "@gantry/manifest";

/** Where everything is. In an image `root` is `/`. */
export interface Paths {
  readonly root: string;
  /** Working directory of every step. */
  readonly app: string;
  readonly manifest: string;
  readonly bundle: string;
  readonly relocation: string;
  /** Outputs of the action, read by the runtime afterwards. */
  readonly outputs: string;
  /** Outputs of one step, left by mixin executables. */
  readonly stepOutputs: string;
  readonly pipes: string;
  readonly mixins: string;
  /** State of earlier actions, given by the runtime. */
  readonly state: string;
}

export function pathsBelow(root: string): Paths {
  const app = join(root, BUNDLE_DIR);
  return {
    root,
    app,
    manifest: join(app, "porter.yaml"),
    bundle: join(root, "cnab/bundle.json"),
    relocation: join(app, "relocation-mapping.json"),
    outputs: join(app, "outputs"),
    stepOutputs: join(app, "porter/outputs"),
    pipes: join(app, "porter/pipes"),
    mixins: join(app, "mixins"),
    state: join(root, "porter/state.tgz"),
  };
}

/** A path that the manifest names, relative ones below `/cnab/app`. */
export function inImage({ root }: Paths, path: string): string {
  return join(root, imagePath(path));
}
