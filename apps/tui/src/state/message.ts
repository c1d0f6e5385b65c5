import type { Failure, LoggedEvent, OperationOutcome, Plan } from "@gantry/protocol";
import type { OptionChange } from "../options/option-changes.ts";
import type { Call, RunCall } from "./call.ts";
import type { InstallationKey, Resource } from "./resource.ts";

/** A key or a click, as the terminal told of it. */
export type Input =
  /** `key`: its name, such as `j`, `down`, `ctrl-c`; `text`: what it types, if anything. */
  | { readonly kind: "key"; readonly key: string; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  /** Row and column count from 0. */
  | { readonly kind: "click"; readonly row: number; readonly column: number }
  | { readonly kind: "wheel"; readonly by: number };

/** What happens to the state. Everything else follows from these. */
export type Message =
  | Input
  | { readonly kind: "resized"; readonly columns: number; readonly rows: number }
  | { readonly kind: "tick"; readonly now: number }
  | { readonly kind: "connecting"; readonly context: number }
  | { readonly kind: "live"; readonly context: number }
  | {
      readonly kind: "lost";
      readonly context: number;
      readonly failure: Failure;
      readonly now: number;
    }
  | {
      readonly kind: "loaded";
      readonly context: number;
      readonly resource: Resource;
      readonly value: unknown;
      readonly tookMs: number;
    }
  | {
      readonly kind: "not-loaded";
      readonly context: number;
      readonly resource: Resource;
      readonly failure: Failure;
    }
  | {
      readonly kind: "events";
      readonly context: number;
      readonly operationId: string;
      readonly events: readonly LoggedEvent[];
    }
  | {
      readonly kind: "ended";
      readonly context: number;
      readonly operationId: string;
      readonly outcome: OperationOutcome;
    }
  | {
      readonly kind: "log";
      readonly context: number;
      readonly key: InstallationKey;
      readonly text: string;
      readonly isOver: boolean;
    }
  | {
      readonly kind: "called";
      readonly context: number;
      readonly call: Call;
      readonly operationId?: string;
    }
  | {
      readonly kind: "planned";
      readonly context: number;
      readonly call: RunCall;
      readonly plan: Plan;
    }
  /** The terminal is ours again. */
  | { readonly kind: "returned"; readonly context: number }
  | {
      readonly kind: "options-checked";
      readonly context: number;
      readonly changes: readonly OptionChange[];
      readonly path: string;
      /** The text of the file. */
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: "options-refused"; readonly context: number; readonly failure: Failure }
  | { readonly kind: "refused"; readonly context: number; readonly failure: Failure }
  | { readonly kind: "found-manifest"; readonly file: string };
