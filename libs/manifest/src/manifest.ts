import type * as z from "zod";
import type { ManifestProblem } from "./problem.ts";
import type {
  credentialSchema,
  imageSchema,
  outputSchema,
  parameterSchema,
  stateSchema,
} from "./schema.ts";

/** `type` is always set: `file` when only a path was given, else `string`. */
export type Parameter = z.infer<typeof parameterSchema>;
export type Credential = z.infer<typeof credentialSchema>;
export type Output = z.infer<typeof outputSchema>;
export type StateItem = z.infer<typeof stateSchema>;
export type ReferencedImage = z.infer<typeof imageSchema>;

/** A mixin that the bundle uses, as it was declared. */
export interface MixinUse {
  readonly name: string;
  /** A version constraint, from `NAME@CONSTRAINT`. */
  readonly constraint?: string;
  readonly config?: unknown;
}

/** One step of an action: what one mixin is asked to do. */
export interface Step {
  readonly mixin: string;
  readonly description?: string;
  /** What stands under the mixin's name, templates not yet rendered. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly line: number;
}

/** How a custom action behaves, with CNAB's defaults for well-known names filled in. */
export interface CustomAction {
  readonly description: string;
  readonly modifies: boolean;
  readonly stateless: boolean;
}

export interface RequiredExtension {
  readonly name: string;
  readonly config?: unknown;
}

export interface Maintainer {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly url?: string | undefined;
}

/** A porter.yaml that has been checked. Plain data; lists keep the order of the file. */
export interface Manifest {
  /** The file as the user named it. */
  readonly path: string;
  /** The text it was read from, to the byte. */
  readonly text: string;
  readonly schemaVersion: string;
  readonly name: string;
  /** SemVer without a leading `v`. */
  readonly version: string;
  readonly description?: string | undefined;
  readonly maintainers: readonly Maintainer[];
  readonly registry?: string | undefined;
  readonly reference?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly mixins: readonly MixinUse[];
  /** `install`, `upgrade` and `uninstall` where present, then the custom actions. */
  readonly actions: ReadonlyMap<string, readonly Step[]>;
  /** One entry for each custom action that has steps. */
  readonly customActions: ReadonlyMap<string, CustomAction>;
  readonly custom: Readonly<Record<string, unknown>>;
  readonly parameters: readonly Parameter[];
  readonly credentials: readonly Credential[];
  readonly outputs: readonly Output[];
  readonly state: readonly StateItem[];
  readonly images: Readonly<Record<string, ReferencedImage>>;
  readonly required: readonly RequiredExtension[];
  /** What is odd but no reason to refuse. */
  readonly warnings: readonly ManifestProblem[];
}

/** The actions every bundle has; they are implied in bundle.json. */
export const BUILT_IN_ACTIONS = ["install", "upgrade", "uninstall"] as const;

export function isBuiltInAction(action: string): boolean {
  return BUILT_IN_ACTIONS.some((name) => name === action);
}
