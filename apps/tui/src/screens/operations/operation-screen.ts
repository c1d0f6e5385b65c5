import type { Operation } from "@gantry/protocol";
import { formatDuration } from "@gantry/terminal-text";
import type { Action } from "../../keys/keymap.ts";
import { commandLine } from "../../state/command.ts";
import { openOperation } from "../../state/navigation.ts";
import type { OperationScreen, Replay } from "../../state/screen.ts";
import {
  type Context,
  contextOf,
  say,
  type State,
  type Step,
  still,
  step,
  valueOf,
  withScreen,
} from "../../state/state.ts";
import { EMPTY, endsLine, type Line, span } from "../../text/line.ts";
import { NO_MARKS } from "../../theme/no-marks.ts";
import { documentKeys, documentLines, documentRowAt, type DocumentRow } from "../document.ts";
import { askToCancel, retry } from "./operation-actions.ts";
import { isUnfolded, operationRows } from "./operation-rows.ts";
import { whatOf } from "./operations-screen.ts";
import { openWhy } from "../bundles/why-screen.ts";
import { chosenIndex } from "../rows.ts";
import type { Look, ScreenDefinition } from "../screen-kind.ts";
import { operationSpan } from "../state-span.ts";

/** One operation as it goes, or as it went. */
export const operationScreen: ScreenDefinition<OperationScreen> = {
  title: (screen, context) => {
    const operation = operationOf(screen, context);
    return operation === undefined ? "Operation" : whatOf(operation);
  },
  // The bundles tell from which source it built.
  resources: () => [{ kind: "operations" }, { kind: "bundles" }],
  rows: (screen, look) => documentKeys(rowsOf(screen, look)),
  view,
  rowAt: (screen, at, look) => {
    const height = look.height - 2;
    const rows = rowsOf(screen, look);
    return at < 2
      ? undefined
      : documentRowAt(rows, placeOf(screen, rows), { line: at - 2, height });
  },
  command: (screen, context) => {
    const operation = operationOf(screen, context);
    if (operation === undefined) return commandLine("logs");
    const { kind, installation, namespace = "" } = operation;
    if (kind === "publish") return commandLine("publish");
    if (kind === "build" || installation === undefined) return commandLine("build");
    const where = namespace === "" ? [] : ["--namespace", namespace];
    return commandLine("logs", installation, where);
  },
  act: (screen, action, state) => act(screen, action, state),
};

/** The record of the operation: what its end told, else what the list of operations says. */
function operationOf({ id, picture }: OperationScreen, context: Context): Operation | undefined {
  const listed = valueOf(context, { kind: "operations" })?.find((one) => one.id === id);
  return picture.outcome?.operation ?? listed;
}

function act(screen: OperationScreen, action: Action, state: State): Step | undefined {
  const operation = operationOf(screen, contextOf(state));
  switch (action) {
    case "fold":
      return toggleFold(screen, state);
    case "unfold-all":
    case "fold-all":
      return still(
        withScreen(state, { ...screen, folds: allFolds(screen, action === "unfold-all") }),
      );
    case "follow":
      return still(withScreen(state, { ...screen, isFollowing: true }));
    case "cancel":
    case "kill":
      return operation === undefined ? undefined : askToCancel(state, operation, action === "kill");
    case "retry":
      return operation === undefined ? undefined : retry(state, operation);
    case "why":
      return explain(screen, state);
    case "replay":
      return openReplay(screen, state);
    case "pause":
    case "faster":
    case "slower":
      return pace(screen, action, state);
    default:
      return undefined;
  }
}

/** Of what it builds, or built: as it was asked for here, else as its end tells. */
function explain({ id, picture }: OperationScreen, state: State): Step {
  const context = contextOf(state);
  const call = context.started.get(id)?.call;
  const asked = call !== undefined && "source" in call.params ? call.params.source : undefined;
  const { build } = picture.outcome ?? {};
  const built = valueOf(context, { kind: "bundles" })?.find(({ image }) => image === build?.image);
  const source = asked?.file === undefined ? built && { file: built.file, dir: built.dir } : asked;
  if (source === undefined)
    return still(say(state, "It built nothing, or its bundle is not known here any more.", true));
  return openWhy(state, source, build?.name ?? built?.name ?? "the bundle");
}

function toggleFold(screen: OperationScreen, state: State): Step {
  const rows = rowsOf(screen, { state, context: contextOf(state) });
  const keys = documentKeys(rows);
  const key = keys[chosenIndex(placeOf(screen, rows), keys)] ?? "";
  const item = screen.picture.items.find((one) => one.key === key.replace(/#\d+$/, ""));
  if (item?.kind !== "step") return still(state);
  const folds = new Map(screen.folds).set(item.key, !isUnfolded(screen, item));
  return still(
    withScreen(state, {
      ...screen,
      folds,
      isFollowing: false,
      place: { ...screen.place, chosen: item.key },
    }),
  );
}

function allFolds({ picture }: OperationScreen, isOpen: boolean): ReadonlyMap<string, boolean> {
  return new Map(picture.items.map(({ key }) => [key, isOpen]));
}

function openReplay(screen: OperationScreen, state: State): Step {
  const replaced = {
    ...state,
    contexts: state.contexts.map((one, index) =>
      index === state.current ? { ...one, screens: one.screens.slice(0, -1) } : one,
    ),
  };
  return openOperation(replaced, screen.id, { speed: 1, isPaused: false });
}

const SLOWEST = 0.25;
const FASTEST = 64;

function pace(
  screen: OperationScreen,
  action: "pause" | "faster" | "slower",
  state: State,
): Step | undefined {
  const { replay } = screen;
  if (replay === undefined) return undefined;
  const next: Replay =
    action === "pause"
      ? { ...replay, isPaused: !replay.isPaused }
      : { ...replay, speed: nextSpeed(replay.speed, action) };
  return step(withScreen(state, { ...screen, replay: next }), {
    kind: "pace",
    context: state.current,
    replay: next,
  });
}

/** Doubles or halves; beyond the fastest it is at once, which is 0. */
function nextSpeed(speed: number, action: "faster" | "slower"): number {
  if (action === "faster") return speed === 0 || speed >= FASTEST ? 0 : speed * 2;
  return speed === 0 ? FASTEST : Math.max(SLOWEST, speed / 2);
}

function view(screen: OperationScreen, look: Look): readonly Line[] {
  const { context, width, height } = look;
  const rows = rowsOf(screen, look);
  const operation = operationOf(screen, context);
  const lines = documentLines(rows, placeOf(screen, rows), { width, height: height - 2 });
  return [statusLine(screen, operation, look), EMPTY, ...lines];
}

/** The end is chosen while it is followed. */
function placeOf(screen: OperationScreen, rows: readonly DocumentRow[]): OperationScreen["place"] {
  const last = documentKeys(rows).at(-1);
  return screen.isFollowing && last !== undefined
    ? { ...screen.place, chosen: last }
    : screen.place;
}

function rowsOf(
  screen: OperationScreen,
  { state, width = 80, marks }: Pick<Look, "state" | "context"> & Partial<Look>,
): readonly DocumentRow[] {
  return operationRows(screen, { now: clockOf(screen, state), width, marks: marks ?? NO_MARKS });
}

/** The time that running steps are measured against: of a replay and of what is over, that of its last event. */
function clockOf({ picture, replay }: OperationScreen, { now }: State): number {
  const isPast = replay !== undefined || picture.outcome !== undefined;
  return isPast ? picture.clock : Math.max(picture.clock, now);
}

function statusLine(screen: OperationScreen, operation: Operation | undefined, look: Look): Line {
  const { picture, replay } = screen;
  const took = picture.since === 0 ? 0 : clockOf(screen, look.state) - picture.since;
  const steps = picture.items.filter((item) => item.kind === "step" && item.state !== "output");
  const cached = steps.filter((item) => item.kind === "step" && item.state === "cached").length;
  const isOver = picture.outcome !== undefined;
  const status = isOver || replay === undefined ? operation?.status : undefined;
  const shown =
    status === undefined
      ? span(replay === undefined ? "starting" : "replaying", "accent")
      : operationSpan(status, look.marks);
  const counts = [
    `${steps.length} ${steps.length === 1 ? "step" : "steps"}`,
    cached === 0 ? "" : `${cached} cached`,
  ]
    .filter(Boolean)
    .join(", ");
  const left = [
    span("  "),
    shown,
    span(`  ${formatDuration(Math.max(0, took))}`),
    span(`  ${steps.length === 0 ? "" : counts}`, "quiet"),
  ];
  return endsLine(left, rightOf(screen), look.width - 1);
}

function rightOf({ replay, isFollowing, picture }: OperationScreen): Line {
  if (replay !== undefined && picture.outcome === undefined) {
    const speed = replay.speed === 0 ? "at once" : `${replay.speed}x`;
    return [
      span(replay.isPaused ? "paused" : `replay ${speed}`, "accent"),
      span("  p pause  + faster  - slower", "quiet"),
    ];
  }
  return isFollowing && picture.outcome === undefined ? [span("following", "quiet")] : [];
}
