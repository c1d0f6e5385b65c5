import type { IncomingMessage } from "node:http";
import type { EngineReach } from "@gantry/driver-package";
import type { Ownership } from "../labels/ownership.ts";
import type { Room } from "../room.ts";

/** One request whose route is known and granted. */
export interface Call {
  readonly room: Room;
  readonly own: Ownership;
  readonly version: string;
  /** The route's template. */
  readonly template: string;
  /** What stands for the names in braces. */
  readonly names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly signal: AbortSignal;
}

/** What the engine is asked instead: written anew, so that nothing of the client's words passes unread. */
export interface Forward {
  /** Without version and query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** `stream`: the client's own bytes. */
  readonly body: "none" | "stream" | { readonly json: unknown };
  readonly reply?: Reply;
  /** What is seen to whether or not the client stays; the engine's answer is then always waited for. */
  readonly around?: Around;
}

export interface Around {
  /** When the client has sent everything, before the last of it goes on. */
  readonly before: () => Promise<void>;
  /** When the engine has answered, or cannot any more. */
  readonly after: () => Promise<void>;
}

/** What becomes of the engine's answer on its way, when it is a success. Absent: it passes as it comes. */
export type Reply =
  /** Read whole and written anew. */
  | { readonly kind: "json"; readonly rewrite: (value: unknown) => Promise<unknown> }
  /** JSON values, one a line: those pass that `keep` holds for. */
  | { readonly kind: "lines"; readonly keep: (value: unknown) => boolean }
  /** Passes as it comes; `heard` gets each line, `done` is awaited before the client sees the end. `heard-out`: to its end, also when the client goes away. */
  | {
      readonly kind: "watched" | "heard-out";
      readonly heard: (line: string) => void;
      readonly done: () => Promise<void>;
    };

/** Decides about a call. Throws `Denied`. */
export type Prepare = (call: Call) => Promise<Forward>;

export function hasReach({ room }: Pick<Call, "room">, reach: EngineReach): boolean {
  return room.power.reach.includes(reach);
}
