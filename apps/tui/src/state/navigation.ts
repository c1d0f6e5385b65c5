import type { Operation } from "@gantry/protocol";
import { optionsForm } from "../options/options-form.ts";
import type { Effect } from "./effect.ts";
import { againWords, filledAgain } from "./form/again.ts";
import { buildForm, runForm } from "./form/bundle-forms.ts";
import { type Form } from "./form/form.ts";
import { NO_PICTURE } from "./operation-picture.ts";
import { type Resource, resourceName } from "./resource.ts";
import { type Screen, type ScreenKind, TOP } from "./screen.ts";
import {
  type Context,
  contextOf,
  say,
  type State,
  type Step,
  still,
  step,
  valueOf,
  type Wanted,
  withContext,
} from "./state.ts";

/** Opens a screen on top of the others. */
export function push(state: State, screen: Screen): Step {
  return still(
    withContext(state, state.current, (context) => ({
      ...context,
      screens: [...context.screens, screen],
    })),
  );
}

/** Goes to a main screen: what was open above the start page is closed. */
export function goTo(state: State, screen: Screen): Step {
  const isWatching = contextOf(state).screens.some(({ kind }) => WATCHING.has(kind));
  const next = withContext(state, state.current, (context) => ({
    ...context,
    screens: screen.kind === "start" ? [screen] : [...context.screens.slice(0, 1), screen],
  }));
  return isWatching ? step(next, { kind: "unwatch", context: state.current }) : still(next);
}

const WATCHING: ReadonlySet<ScreenKind> = new Set(["operation", "log"]);

/** Closes the screen on top; from the last one the program is left. */
export function back(state: State): Step {
  const { screens } = contextOf(state);
  const top = screens.at(-1);
  if (screens.length <= 1) return step(state, { kind: "quit" });
  const next = withContext(state, state.current, (one) => ({
    ...one,
    screens: one.screens.slice(0, -1),
  }));
  const isWatching = top !== undefined && WATCHING.has(top.kind);
  return isWatching ? step(next, { kind: "unwatch", context: state.current }) : still(next);
}

type BundleWanted = Extract<Wanted, { readonly resource: { readonly kind: "bundle" } }>;
type BundleResource = Extract<Resource, { kind: "bundle" }>;

/** Opens the form of an action, once the daemon has said what the bundle takes. */
export function wantForm(
  state: State,
  action: BundleWanted["action"],
  resource: BundleResource,
): Step {
  return begin(state, { action, resource });
}

function begin(state: State, wanted: BundleWanted): Step {
  const { current: context } = state;
  const { installation } = wanted.resource;
  const loads: Effect[] = [{ kind: "load", context, resource: wanted.resource }];
  if (installation !== undefined)
    loads.push({ kind: "load", context, resource: { kind: "installation", key: installation } });
  return step({ ...state, wanted }, ...loads);
}

/** Opens the form of an operation that is done again, once the daemon has said what it was asked to do. */
export function wantAgain(state: State, operation: Operation): Step {
  const resource = { kind: "request", operationId: operation.id } as const;
  const wanted = { action: "again", resource, operation } as const;
  return step({ ...state, wanted }, { kind: "load", context: state.current, resource });
}

/** Opens the form of an endpoint's options, once the daemon has said what its driver takes. */
export function wantOptions(
  state: State,
  endpoint: string,
  { driver, isNew }: { readonly driver: string; readonly isNew: boolean },
): Step {
  const resource = { kind: "options", name: isNew ? driver : endpoint } as const;
  const wanted = { action: "options", resource, endpoint, isNew } as const;
  return step({ ...state, wanted }, { kind: "load", context: state.current, resource });
}

/** The form that was wanted, when what it needs has come. */
export function openWanted(state: State, loaded: Resource): Step {
  const { wanted, ...rest } = state;
  if (wanted === undefined || resourceName(loaded) !== resourceName(wanted.resource))
    return still(state);
  const context = contextOf(state);
  if (wanted.action === "options") {
    const options = valueOf(context, wanted.resource);
    return options === undefined
      ? still(rest)
      : push(rest, formScreen(optionsForm(options, wanted)));
  }
  if (wanted.action === "again") return openAgain(rest, context, wanted);
  const bundle = valueOf(context, wanted.resource);
  if (bundle === undefined) return still(rest);
  const { source, installation } = wanted.resource;
  const form = runForm({
    action: wanted.action,
    source,
    bundle,
    ...(installation === undefined ? {} : { installation }),
    drivers: runners(context),
    current: currentValues(context, installation),
  });
  const { again } = wanted;
  if (again === undefined) return push(rest, formScreen(form));
  return push(say(rest, againWords(again)), formScreen(filledAgain(form, again)));
}

type Again = Extract<Wanted, { readonly action: "again" }>;

/** The form of an operation that is done again, filled in with what is kept of its request. */
function openAgain(state: State, context: Context, { resource, operation }: Again): Step {
  const request = valueOf(context, resource)?.request;
  const { kind, installation, namespace = "" } = operation;
  if (request?.kind === "build") {
    const form = buildForm(request.source, "the bundle", builders(context));
    return push(say(state, againWords(request)), formScreen(filledAgain(form, request)));
  }
  if (kind === "build" || kind === "publish" || (request === undefined && kind === "install"))
    return still(
      say(state, "What it was started with is not known: start it from the bundles.", true),
    );
  // An installation that was never recorded cannot be asked for.
  const key = { namespace, name: installation ?? "" };
  const which = kind === "install" ? {} : { installation: key };
  const source = request?.source ?? {};
  return begin(state, {
    action: kind,
    resource: { kind: "bundle", source, ...which },
    ...(request === undefined ? {} : { again: request }),
  });
}

export function formScreen(form: Form): Screen {
  return { kind: "form", form, place: TOP };
}

/** Gives the terminal to another command of the program, such as `shell demo --image`, until it ends. */
export function giveTerminal(state: State, ...words: readonly string[]): Step {
  return step(state, { kind: "shell", context: state.current, words });
}

function runners(context: Context): readonly string[] {
  const endpoints = valueOf(context, { kind: "endpoints" }) ?? [];
  return endpoints.flatMap(({ name, facets }) => (facets.includes("run") ? [name] : []));
}

function currentValues(
  context: Context,
  key: BundleResource["installation"],
): ReadonlyMap<string, string> {
  const detail = key === undefined ? undefined : valueOf(context, { kind: "installation", key });
  const parameters = detail?.installation._calculated.resolvedParameters ?? [];
  return new Map(
    parameters.map(({ name, value }) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Endpoints that can build. */
export function builders(context: Context): readonly string[] {
  const endpoints = valueOf(context, { kind: "endpoints" }) ?? [];
  return endpoints.flatMap(({ name, facets }) => (facets.includes("build") ? [name] : []));
}

/** Opens an operation and follows it from its beginning. */
export function openOperation(
  state: State,
  id: string,
  replay?: { readonly speed: number; readonly isPaused: boolean },
): Step {
  const screen: Screen = {
    kind: "operation",
    id,
    picture: NO_PICTURE,
    folds: new Map(),
    isFollowing: true,
    place: TOP,
    ...(replay === undefined ? {} : { replay }),
  };
  const { state: next } = push(state, screen);
  const more = replay === undefined ? {} : { replay };
  return step(next, { kind: "watch", context: state.current, operationId: id, after: 0, ...more });
}
