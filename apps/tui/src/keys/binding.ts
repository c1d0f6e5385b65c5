import type { ScreenKind } from "../state/screen.ts";

/** What a key asks for. */
export type Action =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "first"
  | "last"
  | "open"
  | "back"
  | "quit"
  | "help"
  | "search"
  | "palette"
  | "copy"
  | "refresh"
  | "start-daemon"
  | "next-context"
  | "go-start"
  | "go-installations"
  | "go-operations"
  | "go-bundles"
  | "go-drivers"
  | "go-daemon"
  | "go-terminals"
  | "install"
  | "upgrade"
  | "invoke"
  | "uninstall"
  | "delete"
  | "logs"
  | "shell"
  | "plan"
  | "next-action"
  | "label"
  | "hang-up"
  | "sort"
  | "namespace"
  | "build"
  | "open-bundle"
  | "fold"
  | "unfold-all"
  | "fold-all"
  | "follow"
  | "cancel"
  | "kill"
  | "retry"
  | "replay"
  | "pause"
  | "faster"
  | "slower"
  | "grant"
  | "revoke"
  | "edit-options"
  | "new-endpoint"
  | "stop-daemon"
  | "why"
  | "publish"
  | "audit"
  | "denied"
  | "owner";

/** Keys of an action, as data: the help, the hints and the palette are made from it. */
export interface Binding {
  readonly action: Action;
  readonly keys: readonly string[];
  /** What it does, for the help. */
  readonly help: string;
  /** The word of the hint at the bottom; absent: no hint. */
  readonly hint?: string;
  /** Its hint comes behind those that count everywhere: only where there is room. */
  readonly isLate?: true;
  /** Where it counts; absent: everywhere. */
  readonly screens?: readonly ScreenKind[];
}
