import type { ImageLayer } from "@gantry/oci";
import type { RunCommand } from "./image/command.ts";
import type { PlannedSource } from "./worker/protocol.ts";
import type { RunMount } from "../dockerfile/mount.ts";

/** Where a COPY or a mount takes files from. */
export type SourceTree =
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "layers"; readonly layers: readonly ImageLayer[] };

/** A COPY or ADD, everything found and decided. */
export interface CopyPlan {
  readonly kind: "copy";
  readonly from: SourceTree;
  /** Absent where the tree is an image: it is looked through when the step is carried out. */
  readonly sources?: readonly PlannedSource[];
  readonly patterns: readonly string[];
  readonly texts: readonly { readonly name: string; readonly content: string }[];
  readonly target: string;
  readonly chown?: string | undefined;
  readonly chmod?: string | undefined;
  readonly keepOwners: boolean;
  readonly unpack: boolean;
}

/** A mount of a RUN with what it shows. Targets are absolute. */
export type MountPlan =
  | {
      readonly type: "bind";
      readonly mount: Extract<RunMount, { type: "bind" }>;
      readonly from: SourceTree;
      /** Found and hashed: only these may be seen. Absent where the tree is an image. */
      readonly sources?: readonly PlannedSource[];
      /** Nothing of the tree is left out: it may be shown as it is. */
      readonly isWhole: boolean;
    }
  | {
      readonly type: "cache";
      readonly mount: Extract<RunMount, { type: "cache" }>;
      /** What a new cache starts with. */
      readonly from?: SourceTree;
    }
  | { readonly type: "tmpfs"; readonly mount: Extract<RunMount, { type: "tmpfs" }> }
  | {
      readonly type: "secret";
      readonly mount: Extract<RunMount, { type: "secret" }>;
      /** Absent when the caller has none of that id and the step can do without. */
      readonly read?: (signal: AbortSignal) => Promise<Uint8Array>;
    };

/** A RUN, everything found and decided. */
export interface RunPlan {
  readonly kind: "run";
  readonly command: RunCommand;
  readonly environment: ReadonlyMap<string, string>;
  readonly user: string;
  readonly workingDir: string;
  readonly network: "default" | "none" | "host";
  readonly extraHosts: readonly string[];
  readonly mounts: readonly MountPlan[];
}

export interface DirectoryPlan {
  readonly kind: "directory";
  readonly path: string;
}

export type StepPlan = CopyPlan | RunPlan | DirectoryPlan;

/** What decides a step's result, beside its parent and its instruction. */
export interface PlannedStep {
  readonly plan: StepPlan;
  readonly facts: ReadonlyMap<string, string>;
}
