import type { ImageLayer } from "@gantry/oci";
import type { BuildContext } from "./context/build-context.ts";
import type { SourceTree } from "./step-plan.ts";

/** What a `--from` or `from=` names. */
export type FoundTree =
  | {
      readonly kind: "context";
      readonly context: BuildContext;
      readonly source: SourceTree;
      /** For people. */
      readonly label: string;
    }
  | {
      readonly kind: "layers";
      /** Chain id: equal for equal content. */
      readonly identity: string;
      readonly source: SourceTree;
      readonly label: string;
    };

/** The tree of a directory. */
export function contextTree(context: BuildContext, label: string): FoundTree {
  return {
    kind: "context",
    context,
    label,
    source: { kind: "directory", path: context.directory },
  };
}

/** The tree of an image or a stage. */
export function layersTree(
  layers: readonly ImageLayer[],
  identity: string,
  label: string,
): FoundTree {
  return { kind: "layers", identity, label, source: { kind: "layers", layers } };
}
