import type { Failure, KeptRequest, Operation } from "@gantry/protocol";
import type { RunCall, StartCall } from "./call.ts";
import type { Effect } from "./effect.ts";
import { type Known, type Resource, resourceName, type ResourceValues } from "./resource.ts";
import type { Screen } from "./screen.ts";

/** How the line to a daemon is. */
export type Link =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** What is shown is as old as that. */
  | { readonly kind: "lost"; readonly since: number; readonly failure: Failure };

/** One daemon: what is known of it, and the screens that the user has open there, the last one on top. */
export interface Context {
  readonly name: string;
  readonly home: string;
  readonly link: Link;
  readonly known: ReadonlyMap<string, Known<unknown>>;
  readonly screens: readonly Screen[];
  /** Requests of this session by the operation they started, without secrets: what a retry sends again. */
  readonly started: ReadonlyMap<string, { readonly call: StartCall; readonly isWhole: boolean }>;
}

/** Something on top of the screen that takes the keys. */
export type Overlay =
  | { readonly kind: "help"; readonly from: number }
  /** Cursors are where the next character goes; absent: at the end. */
  | { readonly kind: "search"; readonly before: string; readonly cursor?: number }
  | {
      readonly kind: "palette";
      readonly text: string;
      readonly cursor?: number;
      readonly at: number;
    }
  | Confirmation;

/** A question before something that cannot be undone, or that costs. */
export interface Confirmation {
  readonly kind: "confirm";
  readonly title: string;
  readonly lines: readonly string[];
  /** How far the lines are scrolled. */
  readonly from?: number;
  readonly command: string;
  /** Why it cannot be done as it is: said instead of doing it. */
  readonly refusal?: string;
  /** The same with what the bundle asks for: what `A` plans anew. */
  readonly granting?: RunCall;
  /** Has to be typed; absent: Enter is enough. */
  readonly word?: string;
  readonly typed: string;
  readonly cursor?: number;
  readonly effects: readonly Effect[];
}

/** The form of an action of a bundle, or of the options of an endpoint. */
export type Wanted =
  | {
      readonly action: "install" | "upgrade" | "invoke" | "uninstall";
      readonly resource: Extract<Resource, { kind: "bundle" }>;
      /** What it was asked to do the last time. */
      readonly again?: KeptRequest;
    }
  | {
      readonly action: "again";
      readonly resource: Extract<Resource, { kind: "request" }>;
      readonly operation: Operation;
    }
  | {
      readonly action: "options";
      readonly resource: Extract<Resource, { kind: "options" }>;
      readonly endpoint: string;
      readonly isNew: boolean;
    };

export interface State {
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
  /** The porter.yaml of the directory where the program was started. */
  readonly manifest?: string;
  readonly contexts: readonly Context[];
  /** Index of the context on the screen. */
  readonly current: number;
  readonly overlay?: Overlay;
  /** A form that opens as soon as the definitions of its fields are there. */
  readonly wanted?: Wanted;
  /** Said until then. */
  readonly toast?: { readonly text: string; readonly isBad: boolean; readonly until: number };
}

/** A new state and what is to be done. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export function still(state: State): Step {
  return { state, effects: [] };
}

export function step(state: State, ...effects: readonly Effect[]): Step {
  return { state, effects };
}

export interface StartOptions {
  readonly contexts: readonly { readonly name: string; readonly home: string }[];
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
}

export function startState({ contexts, ...rest }: StartOptions): State {
  return {
    ...rest,
    current: 0,
    contexts: contexts.map(({ name, home }) => ({
      name,
      home,
      link: { kind: "connecting" },
      known: new Map(),
      screens: [{ kind: "start", place: { query: "" } }],
      started: new Map(),
    })),
  };
}

/** Stands in where there is no context, which a started program never is. */
const NOWHERE: Context = {
  name: "",
  home: "",
  link: { kind: "connecting" },
  known: new Map(),
  screens: [],
  started: new Map(),
};

/** The context on the screen. */
export function contextOf({ contexts, current }: State): Context {
  return contexts[current] ?? NOWHERE;
}

/** The screen on top. */
export function screenOf(state: State): Screen {
  return contextOf(state).screens.at(-1) ?? { kind: "start", place: { query: "" } };
}

export function withContext(
  state: State,
  index: number,
  change: (context: Context) => Context,
): State {
  const contexts = state.contexts.map((one, at) => (at === index ? change(one) : one));
  return { ...state, contexts };
}

export function withScreen(state: State, screen: Screen): State {
  return withContext(state, state.current, (context) => ({
    ...context,
    screens: [...context.screens.slice(0, -1), screen],
  }));
}

/** What is known of a resource in a context. */
export function knownOf<Kind extends Resource["kind"]>(
  { known }: Context,
  resource: Extract<Resource, { kind: Kind }>,
): Known<ResourceValues[Kind]> | undefined {
  // What is entered under a resource's name is what was loaded for it.
  return known.get(resourceName(resource)) as Known<ResourceValues[Kind]> | undefined;
}

/** The value of a resource, as far as it has been loaded. */
export function valueOf<Kind extends Resource["kind"]>(
  context: Context,
  resource: Extract<Resource, { kind: Kind }>,
): ResourceValues[Kind] | undefined {
  return knownOf(context, resource)?.value;
}

/** Milliseconds that a remark stays. */
const TOAST_MS = 4_000;

export function say(state: State, text: string, isBad = false): State {
  return { ...state, toast: { text, isBad, until: state.now + TOAST_MS } };
}
