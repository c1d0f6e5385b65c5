import type { OptionChange } from "../options/option-changes.ts";
import type { Call, RunCall } from "./call.ts";
import type { InstallationKey, Resource } from "./resource.ts";
import type { Replay } from "./screen.ts";

/** The terminal goes to `gantry shell` for a while. */
export interface ShellEffect {
  readonly kind: "shell";
  readonly context: number;
  /** Of the command, without the program: `shell demo --image`. */
  readonly words: readonly string[];
}

/** Something to be done outside of the state, as data. `context` is the index of the daemon that it is for. */
export type Effect =
  | { readonly kind: "load"; readonly context: number; readonly resource: Resource }
  | {
      readonly kind: "watch";
      readonly context: number;
      readonly operationId: string;
      readonly after: number;
      /** Absent: as fast as they come. */
      readonly replay?: Replay;
    }
  | { readonly kind: "pace"; readonly context: number; readonly replay: Replay }
  | { readonly kind: "unwatch"; readonly context: number }
  | {
      readonly kind: "read-log";
      readonly context: number;
      readonly key: InstallationKey;
      readonly runId?: string;
    }
  | { readonly kind: "call"; readonly context: number; readonly call: Call }
  /** What the call would do, before it is made. */
  | { readonly kind: "plan"; readonly context: number; readonly call: RunCall }
  /** What the changes would make of the configuration file, before they are made. */
  | {
      readonly kind: "check-options";
      readonly context: number;
      readonly changes: readonly OptionChange[];
    }
  | { readonly kind: "start-daemon"; readonly context: number }
  | ShellEffect
  | { readonly kind: "copy"; readonly text: string }
  | { readonly kind: "theme"; readonly name: string }
  | { readonly kind: "quit" };
