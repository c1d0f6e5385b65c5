/** Directories that overlayfs makes one of. */
export interface OverlayPlan {
  /** Highest first; empty for nothing below. */
  readonly lowers: readonly string[];
  readonly upper: string;
  readonly work: string;
  /** Where the result is mounted. */
  readonly merged: string;
  /** Where what is below is mounted by itself. */
  readonly below: string;
}

/** A directory of the driver's file system, or layers that are mounted as one. */
export type TreePlan =
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "layers"; readonly lowers: readonly string[]; readonly mount: string };

/** Metadata that a copied file had when it was hashed. */
export interface PlannedStats {
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly dev: number;
  readonly ino: number;
}

/** A source of COPY or ADD. */
export interface PlannedSource {
  /** Relative to the tree. */
  readonly path: string;
  readonly name: string;
  readonly isDirectory: boolean;
  /** All of it, as far as it is not ignored. */
  readonly entries: readonly { readonly path: string; readonly stats: PlannedStats }[];
}

/** COPY and ADD. */
export interface CopyTask {
  readonly kind: "copy";
  readonly from: TreePlan;
  /** Found and hashed already; absent to look for `patterns` in the tree. */
  readonly sources?: readonly PlannedSource[];
  readonly patterns: readonly string[];
  readonly texts: readonly { readonly name: string; readonly content: string }[];
  /** Absolute; a slash at its end says that it is a directory. */
  readonly target: string;
  readonly chown?: string | undefined;
  readonly chmod?: string | undefined;
  /** Keep the owners of the source; otherwise everything is root's. */
  readonly keepOwners: boolean;
  /** Unpack archives. */
  readonly unpack: boolean;
}

/** Makes a directory where there is none. */
export interface DirectoryTask {
  readonly kind: "directory";
  readonly path: string;
}

/** Takes what a program wrote into `upper`, and forgets the places that its mounts needed. */
export interface CaptureTask {
  readonly kind: "capture";
  readonly mountPoints: readonly string[];
}

export type StepTask = CopyTask | DirectoryTask | CaptureTask;

export type WorkerRequest =
  | {
      readonly op: "step";
      readonly overlay: OverlayPlan;
      readonly task: StepTask;
      /** Content store that the layer is written to. */
      readonly contentDir: string;
    }
  | {
      /** Removes directories with files of any container owner. */
      readonly op: "remove";
      readonly paths: readonly string[];
    }
  | {
      /** Copies a part of a tree to `target`, owners and all. */
      readonly op: "extract";
      readonly from: TreePlan;
      readonly source: string;
      /** Found already; absent to look for `source`. */
      readonly sources?: readonly PlannedSource[];
      readonly target: string;
    }
  | {
      /** Makes the directory of a cache mount unless it exists. */
      readonly op: "cache";
      readonly path: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly from?: TreePlan;
      readonly source?: string;
    }
  | {
      /** Looks a user of an image up. */
      readonly op: "user";
      readonly from: TreePlan;
      readonly user: string;
    };

/** What a step wrote; nothing when the image is the same as before. */
export interface WorkerLayer {
  readonly digest: `sha256:${string}`;
  readonly size: number;
}

/** A user of an image, with its further groups. */
export interface WorkerUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Home directory, `/` for a user that the image does not know. */
  readonly home: string;
}

/** What a request gave: a layer after a step that changed something, a user after a look-up. */
export interface WorkerResult {
  readonly layer?: WorkerLayer;
  readonly user?: WorkerUser;
}

export type WorkerReply =
  | ({ readonly ok: true } & WorkerResult)
  | {
      readonly ok: false;
      /** `request` is the Dockerfile's fault, `no-space` the disk's, `defect` ours. */
      readonly fault: "request" | "no-space" | "defect";
      readonly message: string;
      readonly hint: string;
    };
