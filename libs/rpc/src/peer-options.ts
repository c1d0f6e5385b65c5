import type { RpcError } from "./errors.ts";
import type { Binding } from "./method.ts";
import type { ScreenText } from "./screen.ts";

export interface PeerOptions {
  /** What this end serves. */
  readonly bindings?: readonly Binding[];
  /** Puts a handler's error into words for the other end; `undefined` makes it an internal error (−32603). */
  readonly toRpcError?: (error: unknown) => RpcError | undefined;
  /** Hears of every error that became internal, once, with its stack. */
  readonly onDefect?: (error: unknown) => void;
  /** Who is at the other end, for messages: `the daemon`, `driver docker`. */
  readonly other?: string;
  /** What every text of the other end is put through before anybody sees it. */
  readonly clean?: ScreenText;
  /** Hears of what comes in and belongs to nothing: no JSON-RPC, an answer to no call, progress of no call. */
  readonly onStray?: (what: string) => void;
  /** Called for whatever comes in: the other end is alive. */
  readonly onMessage?: () => void;
}

/** How long a caller waits. */
export interface Patience {
  /** Milliseconds from the request to the answer. Absent: as long as it takes. */
  readonly answerMs?: number | undefined;
  /** Milliseconds from the cancel to the answer. Absent: as long as it takes. */
  readonly cancelMs?: number | undefined;
  /** Gives the error that the call then ends with. */
  late(what: "answer" | "cancel"): unknown;
}

export interface CallOptions {
  /** Aborting asks the other end to stop; the call ends when it answers. */
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
}
