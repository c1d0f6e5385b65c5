import type { Failure } from "@gantry/protocol";
import { isStart, withoutSecrets } from "../state/call.ts";
import type { Effect } from "../state/effect.ts";
import type { Message } from "../state/message.ts";
import { openOperation, openWanted } from "../state/navigation.ts";
import { foldEvents } from "../state/operation-picture.ts";
import { type Known, resourceName } from "../state/resource.ts";
import type { LogScreen, OperationScreen, Screen } from "../state/screen.ts";
import {
  type Context,
  say,
  screenOf,
  type State,
  type Step,
  still,
  step,
  withContext,
} from "../state/state.ts";
import { confirmed } from "./form-input.ts";
import { optionsChecked, optionsRefused } from "./options-input.ts";
import { appendText } from "../state/tail.ts";

type Answer = Extract<Message, { readonly context: number }>;

/** What a daemon said, or that it says nothing any more. */
export function receive(state: State, message: Answer): Step {
  const { context } = message;
  switch (message.kind) {
    case "connecting":
      return still(
        withContext(state, context, (one) => ({ ...one, link: { kind: "connecting" } })),
      );
    case "live":
      return connected(state, context);
    case "lost":
      return still(lost(state, message));
    case "loaded":
      return loaded(state, message);
    case "not-loaded":
      return still(notLoaded(state, message));
    case "events":
      return still(
        onOperation(state, message, (screen) => ({
          ...screen,
          picture: foldEvents(screen.picture, message.events),
        })),
      );
    case "ended":
      return still(stale(ended(state, message), context));
    case "log":
      return still(withLog(state, message));
    case "called":
      return called(state, message);
    case "planned":
      return still(planned(state, message));
    case "returned":
      return still(returned(stale(state, context)));
    case "options-checked":
      return still(optionsChecked(state, message));
    case "options-refused":
      return still(optionsRefused(state, message));
    case "refused":
      return still(say(state, message.failure.message, true));
  }
}

/** Where the terminals are in sight nobody needs to be told of them. */
function returned(state: State): State {
  if (screenOf(state).kind === "terminals") return state;
  return say(state, "Back. What goes on in a terminal is under 7.");
}

type Of<Kind extends Answer["kind"]> = Extract<Answer, { kind: Kind }>;

/** A new line to the daemon: what was followed goes on behind the last event that came. */
function connected(state: State, index: number): Step {
  const next = stale(
    withContext(state, index, (one) => ({ ...one, link: { kind: "live" } })),
    index,
  );
  const { wanted } = next;
  const asked: readonly Effect[] =
    wanted === undefined || index !== next.current
      ? []
      : [{ kind: "load", context: index, resource: wanted.resource }];
  return step(next, ...following(next.contexts[index], index), ...asked);
}

function following(context: Context | undefined, index: number): readonly Effect[] {
  const top = context?.screens.findLast(({ kind }) => kind === "operation" || kind === "log");
  if (top?.kind === "operation" && top.picture.outcome === undefined) {
    const replay = top.replay === undefined ? {} : { replay: top.replay };
    return [
      { kind: "watch", context: index, operationId: top.id, after: top.picture.seq, ...replay },
    ];
  }
  return [];
}

function lost(state: State, { context, failure, now }: Of<"lost">): State {
  return withContext(state, context, (one) => ({
    ...one,
    link:
      one.link.kind === "lost" ? { ...one.link, failure } : { kind: "lost", since: now, failure },
    known: new Map([...one.known].map(([name, known]) => [name, { ...known, isLoading: false }])),
  }));
}

/** Everything is asked for anew at the next chance. */
function stale(state: State, index: number): State {
  return withContext(state, index, (one) => ({
    ...one,
    known: new Map(
      [...one.known].map(([name, known]) => [
        name,
        { ...known, asked: 0, tookMs: 0, isLoading: false },
      ]),
    ),
  }));
}

/** Resources that are kept: the least lately loaded ones go. */
const MOST_KNOWN = 60;

function loaded(state: State, { context, resource, value, tookMs }: Of<"loaded">): Step {
  const known: Known<unknown> = { value, isLoading: false, asked: state.now, tookMs };
  const next = withContext(state, context, (one) => {
    const entries = new Map(one.known);
    entries.delete(resourceName(resource));
    entries.set(resourceName(resource), known);
    return { ...one, known: new Map([...entries].slice(-MOST_KNOWN)) };
  });
  return context === state.current ? openWanted(next, resource) : still(next);
}

function notLoaded(state: State, { context, resource, failure }: Of<"not-loaded">): State {
  const name = resourceName(resource);
  const next = withContext(state, context, (one) => {
    const before = one.known.get(name);
    const known: Known<unknown> = {
      ...before,
      failure,
      isLoading: false,
      asked: state.now,
      tookMs: before?.tookMs ?? 0,
    };
    return { ...one, known: new Map(one.known).set(name, known) };
  });
  const { wanted, ...rest } = next;
  const isWanted = wanted !== undefined && resourceName(wanted.resource) === name;
  return isWanted ? say(rest, sentence(failure), true) : next;
}

function sentence({ message, hint }: Failure): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

function onOperation(
  state: State,
  { context, operationId }: { readonly context: number; readonly operationId: string },
  change: (screen: OperationScreen) => OperationScreen,
): State {
  return onScreens(state, context, (screen) =>
    screen.kind === "operation" && screen.id === operationId ? change(screen) : screen,
  );
}

function onScreens(state: State, context: number, change: (screen: Screen) => Screen): State {
  return withContext(state, context, (one) => ({ ...one, screens: one.screens.map(change) }));
}

/** The end of an operation stays where the reader is; a failure is what the reader wants to see. */
function ended(state: State, message: Of<"ended">): State {
  const { outcome } = message;
  return onOperation(state, message, (screen) => ({
    ...screen,
    picture: { ...screen.picture, outcome },
    isFollowing: screen.isFollowing && outcome.operation.failure !== undefined,
    place: screen.isFollowing ? { ...screen.place, ...lastKey(screen) } : screen.place,
  }));
}

function lastKey({ picture }: OperationScreen): { readonly chosen?: string } {
  const last = picture.items.at(-1);
  if (last === undefined) return {};
  const hasLines = last.kind === "step" && last.state === "output" && last.log.total > 0;
  return { chosen: hasLines ? `${last.key}#${last.log.total - 1}` : last.key };
}

const LOG_LINES = 10_000;

function withLog(state: State, { context, key, text, isOver }: Of<"log">): State {
  const change = (screen: LogScreen): LogScreen => ({
    ...screen,
    log: appendText(screen.log, text, LOG_LINES),
    isOver,
  });
  return onScreens(state, context, (screen) =>
    screen.kind === "log" && screen.key.name === key.name && screen.key.namespace === key.namespace
      ? change(screen)
      : screen,
  );
}

/** The question comes only while the form that it is about is still there. */
function planned(state: State, { context, call, plan }: Of<"planned">): State {
  const screen = screenOf(state);
  if (context !== state.current || screen.kind !== "form") return state;
  return confirmed(state, screen.form, { call, plan });
}

const MOST_STARTED = 100;

function called(state: State, { context, call, operationId }: Of<"called">): Step {
  const fresh = stale(state, context);
  if (call.method === "operation.cancel")
    return still(say(fresh, call.params.kill === true ? "Killed it." : "Asked it to stop."));
  if (call.method === "terminal.close") return still(say(fresh, "Hung up."));
  if (call.method === "daemon.stop") return still(say(fresh, "The daemon stops."));
  if (call.method === "grant.revoke") return still(say(fresh, "Revoked it."));
  if (call.method === "config.change")
    return still(say(withoutForms(fresh, context), "The configuration was changed."));
  if (call.method === "installation.delete")
    return still(say(afterDelete(fresh, call.params.name), `Deleted ${call.params.name}.`));
  if (!isStart(call) || operationId === undefined) return still(fresh);
  const known = withContext(fresh, context, (one) => ({
    ...one,
    started: new Map(
      [...one.started, [operationId, withoutSecrets(call)] as const].slice(-MOST_STARTED),
    ),
    // The form has done its work: going back from the operation leads to where it was opened.
    screens: one.screens.filter(({ kind }) => kind !== "form"),
  }));
  return context === state.current ? openOperation(known, operationId) : still(known);
}

function withoutForms(state: State, context: number): State {
  return withContext(state, context, (one) => ({
    ...one,
    screens: one.screens.filter(({ kind }) => kind !== "form"),
  }));
}

function afterDelete(state: State, name: string): State {
  return withContext(state, state.current, (one) => ({
    ...one,
    screens: one.screens.filter(
      (screen) => screen.kind !== "installation" || screen.key.name !== name,
    ),
  }));
}
