import type {
  AuditEntry,
  BundleSource,
  ConfigEntry,
  Endpoint,
  ExplainedBundle,
  Failure,
  Grant,
  Installation,
  KnownBundle,
  Operation,
  OutputValue,
  Plan,
  RunRecord,
  Terminal,
} from "@gantry/protocol";
import type { ResultOf } from "@gantry/rpc";
import type { Methods } from "@gantry/protocol";

/** Names one installation. */
export interface InstallationKey {
  readonly namespace: string;
  readonly name: string;
}

/** What went through brokers: all of it, or of one owner, or one verdict. */
export interface AuditResource {
  readonly kind: "audit";
  readonly owner?: string;
  readonly verdict?: AuditEntry["verdict"];
}

/** Something that the daemon knows and a screen shows. */
export type Resource =
  | { readonly kind: "installations" }
  | { readonly kind: "operations" }
  | { readonly kind: "endpoints" }
  | { readonly kind: "bundles" }
  | { readonly kind: "daemon" }
  | { readonly kind: "terminals" }
  /** What an action of an installation would do, with what it has now. */
  | { readonly kind: "plan"; readonly key: InstallationKey; readonly action: string }
  | AuditResource
  /** What made the last build of a bundle build anew, and what would now. */
  | { readonly kind: "why"; readonly source: BundleSource }
  | { readonly kind: "installation"; readonly key: InstallationKey }
  | { readonly kind: "endpoint"; readonly name: string }
  /** What an operation was asked to do. */
  | { readonly kind: "request"; readonly operationId: string }
  /** Of an endpoint, or of a driver. */
  | { readonly kind: "options"; readonly name: string }
  | {
      readonly kind: "bundle";
      readonly source: BundleSource;
      readonly installation?: InstallationKey;
    };

/** What each kind of resource is. */
export interface ResourceValues {
  readonly installations: readonly Installation[];
  readonly operations: readonly Operation[];
  readonly endpoints: readonly Endpoint[];
  readonly bundles: readonly KnownBundle[];
  readonly daemon: ResultOf<Methods["daemon.status"]>;
  /** The oldest first. */
  readonly audit: readonly AuditEntry[];
  readonly installation: {
    readonly installation: Installation;
    readonly outputs: readonly OutputValue[];
    readonly runs: readonly RunRecord[];
    readonly grants: readonly Grant[];
  };
  readonly plan: Plan;
  readonly terminals: readonly Terminal[];
  readonly why: ResultOf<Methods["bundle.why"]>;
  readonly request: ResultOf<Methods["operation.request"]>;
  readonly endpoint: ResultOf<Methods["driver.show"]>;
  readonly options: ResultOf<Methods["driver.options"]> & {
    /** The configuration file, and every setting in it. */
    readonly path: string;
    readonly entries: readonly ConfigEntry[];
  };
  readonly bundle: ExplainedBundle;
}

/** What is known of a resource. The last value stays while a newer one cannot be had. */
export interface Known<Value> {
  readonly value?: Value;
  /** Why the last attempt to get it failed. */
  readonly failure?: Failure;
  readonly isLoading: boolean;
  /** When it was asked for last; milliseconds since 1970. */
  readonly asked: number;
  /** How long the last answer took. */
  readonly tookMs: number;
}

/** A resource's name in the table of what is known. */
export function resourceName(resource: Resource): string {
  switch (resource.kind) {
    case "installation":
      return `installation/${resource.key.namespace}/${resource.key.name}`;
    case "audit":
      return `audit/${resource.verdict ?? ""}/${resource.owner ?? ""}`;
    case "plan":
      return `plan/${resource.action}/${resource.key.namespace}/${resource.key.name}`;
    case "why":
      return `why/${JSON.stringify(resource.source)}`;
    case "request":
      return `request/${resource.operationId}`;
    case "endpoint":
    case "options":
      return `${resource.kind}/${resource.name}`;
    case "bundle": {
      const { source, installation } = resource;
      return `bundle/${JSON.stringify([source, installation ?? null])}`;
    }
    default:
      return resource.kind;
  }
}

/** Milliseconds between two questions for the same resource on the screen. */
const REFRESH_MS: Readonly<Record<Resource["kind"], number>> = {
  installations: 2_000,
  operations: 2_000,
  endpoints: 15_000,
  bundles: 10_000,
  daemon: 2_000,
  audit: 1_000,
  terminals: 1_000,
  plan: 10_000,
  why: 5_000,
  installation: 2_000,
  request: 60_000,
  endpoint: 15_000,
  options: 15_000,
  bundle: 30_000,
};

/** Whether it is time to ask again. What takes long to answer is asked for less often: at most a fiftieth of the time. */
export function isDue(
  kind: Resource["kind"],
  known: Known<unknown> | undefined,
  now: number,
): boolean {
  if (known === undefined) return true;
  if (known.isLoading) return false;
  return now - known.asked >= Math.max(REFRESH_MS[kind], known.tookMs * 50);
}
