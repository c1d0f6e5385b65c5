import type { BundleSource } from "@gantry/protocol";
import type { Form } from "./form/form.ts";
import type { OperationPicture } from "./operation-picture.ts";
import type { InstallationKey } from "./resource.ts";
import type { Tail } from "./tail.ts";

/** Where the user is in a list: the chosen row by its key, and what the rows have to contain. */
export interface ListPlace {
  readonly chosen?: string;
  readonly query: string;
}

export const TOP: ListPlace = { query: "" };

interface Listing {
  readonly place: ListPlace;
}

export interface InstallationsScreen extends Listing {
  readonly kind: "installations";
  readonly sort: InstallationSort;
  /** Absent: all of them. */
  readonly namespace?: string;
}

export const INSTALLATION_SORTS = ["name", "age", "state", "driver"] as const;
export type InstallationSort = (typeof INSTALLATION_SORTS)[number];

export interface OperationScreen extends Listing {
  readonly kind: "operation";
  readonly id: string;
  readonly picture: OperationPicture;
  /** What the user folded or unfolded; the rest is as its state suggests. */
  readonly folds: ReadonlyMap<string, boolean>;
  /** The end stays in sight. */
  readonly isFollowing: boolean;
  readonly replay?: Replay;
}

/** A past operation shown as it went. */
export interface Replay {
  /** How many times faster than it was; 0: at once. */
  readonly speed: number;
  readonly isPaused: boolean;
}

export interface LogScreen extends Listing {
  readonly kind: "log";
  readonly key: InstallationKey;
  readonly runId?: string;
  readonly log: Tail;
  readonly isOver: boolean;
  readonly isFollowing: boolean;
}

export interface AuditScreen extends Listing {
  readonly kind: "audit";
  /** Absent: everybody's. */
  readonly owner?: string;
  /** Only what was not let through. */
  readonly isDenied: boolean;
  /** The end stays in sight. */
  readonly isFollowing: boolean;
}

/** One screen and where the user is in it. What it shows of the daemon is kept elsewhere. */
export type Screen =
  | (Listing & { readonly kind: "start" })
  | InstallationsScreen
  | (Listing & { readonly kind: "installation"; readonly key: InstallationKey })
  | (Listing & { readonly kind: "operations" })
  | OperationScreen
  | LogScreen
  | (Listing & { readonly kind: "bundles" })
  | (Listing & {
      readonly kind: "bundle";
      readonly source: BundleSource;
      readonly installation?: InstallationKey;
    })
  | (Listing & { readonly kind: "drivers" })
  | (Listing & { readonly kind: "driver"; readonly name: string })
  | (Listing & { readonly kind: "daemon" })
  | (Listing & { readonly kind: "terminals" })
  | (Listing & { readonly kind: "plan"; readonly key: InstallationKey; readonly action: string })
  | AuditScreen
  | (Listing & { readonly kind: "why"; readonly source: BundleSource; readonly name: string })
  | (Listing & { readonly kind: "form"; readonly form: Form });

export type ScreenKind = Screen["kind"];
export type ScreenOf<Kind extends ScreenKind> = Extract<Screen, { kind: Kind }>;
