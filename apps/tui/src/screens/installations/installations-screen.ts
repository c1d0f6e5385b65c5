import type { Installation } from "@gantry/protocol";
import { commandLine } from "../../state/command.ts";
import { push } from "../../state/navigation.ts";
import {
  INSTALLATION_SORTS,
  type InstallationSort,
  type InstallationsScreen,
  TOP,
} from "../../state/screen.ts";
import {
  type Context,
  contextOf,
  knownOf,
  say,
  type State,
  type Step,
  still,
  valueOf,
  withScreen,
} from "../../state/state.ts";
import { ageOf } from "../../text/age.ts";
import { EMPTY, type Line, span } from "../../text/line.ts";
import { type Column, firstInSight, tableLines } from "../../text/table.ts";
import { failureLines, oneLine, waitingLines } from "../failure-lines.ts";
import { countLabels, hasLabel, LABEL, labelsOf, wantedLabel } from "./labels.ts";
import { actOnInstallation } from "./installation-actions.ts";
import { chosenIndex, matches } from "../rows.ts";
import type { Look, ScreenDefinition } from "../screen-kind.ts";
import { installationSpan } from "../state-span.ts";

const RESOURCE = { kind: "installations" } as const;

/** Every installation of the daemon. */
export const installationsScreen: ScreenDefinition<InstallationsScreen> = {
  title: ({ namespace }) =>
    namespace === undefined ? "Installations" : `Installations in ${namespace || "no namespace"}`,
  resources: () => [RESOURCE],
  rows: (screen, { context }) => rowsOf(screen, context).map(rowKey),
  view: (screen, look) => view(screen, look),
  rowAt: (screen, at, look) => {
    const total = rowsOf(screen, look.context).length;
    const keys = rowsOf(screen, look.context).map(rowKey);
    return firstInSight(chosenIndex(screen.place, keys), total, look.height - 2) + at - 2;
  },
  command: ({ namespace, place }) =>
    commandLine(
      "list",
      namespace === undefined ? ["--all-namespaces"] : ["--namespace", namespace],
      queryWords(place.query),
    ),
  act: (screen, action, state) => {
    if (action === "sort")
      return still(withScreen(state, { ...screen, sort: after(INSTALLATION_SORTS, screen.sort) }));
    if (action === "namespace") return nextNamespace(screen, state);
    if (action === "label") return chooseLabel(state);
    const chosen = chosenOf(screen, contextOf(state));
    if (action === "install" && chosen === undefined) return undefined;
    if (chosen === undefined) return undefined;
    const key = { namespace: chosen.namespace, name: chosen.name };
    if (action === "open") return push(state, { kind: "installation", key, place: TOP });
    return actOnInstallation(state, action, key);
  },
};

function view(screen: InstallationsScreen, look: Look): readonly Line[] {
  const { context, width, height, marks, state } = look;
  const known = knownOf(context, RESOURCE);
  if (known?.value === undefined) return waitingLines(known, width, marks);
  const rows = rowsOf(screen, context);
  const failure = known.failure === undefined ? [] : failureLines(known.failure, width, marks);
  const total = known.value.length;
  const number = rows.length === total ? `${total}` : `${rows.length} of ${total}`;
  const shown = `${number} ${total === 1 ? "installation" : "installations"}`;
  const table = tableLines({
    columns: columnsOf(look, state.now),
    rows,
    at: chosenIndex(screen.place, rows.map(rowKey)),
    width,
    height: height - 1 - failure.length,
    none:
      total === 0
        ? "Nothing is installed. Press 4 for bundles, or i on the start page."
        : "No installation fits.",
  });
  const facts: Line = [span(`  ${shown}, by ${screen.sort}`, "quiet")];
  return [rows.length === 0 && total === 0 ? EMPTY : facts, ...failure, ...table];
}

function columnsOf({ marks }: Look, now: number): readonly Column<Installation>[] {
  return [
    {
      title: "NAME",
      most: 36,
      least: 10,
      grows: true,
      cell: ({ name, namespace }) => span(namespace === "" ? name : `${namespace}/${name}`),
    },
    { title: "STATE", most: 16, least: 13, cell: (row) => installationSpan(row, marks) },
    {
      title: "AGE",
      most: 5,
      least: 4,
      cell: ({ status }) => span(ageOf(status.modified, now), "quiet"),
    },
    {
      title: "LAST ACTION",
      most: 16,
      least: 11,
      cell: ({ status }) => span(oneLine(status.action), "quiet"),
    },
    { title: "DRIVER", most: 14, least: 6, cell: ({ status }) => span(status.driver, "quiet") },
    {
      title: "VERSION",
      most: 12,
      least: 7,
      cell: ({ status }) => span(status.bundleVersion, "quiet"),
    },
    { title: "LABELS", most: 30, least: 8, cell: ({ labels }) => span(labelsOf(labels), "quiet") },
  ];
}

function rowKey({ namespace, name }: Installation): string {
  return `${namespace}/${name}`;
}

/** The installations that are shown, in their order. The last answer is kept, so it is worked out once. */
function rowsOf(screen: InstallationsScreen, context: Context): readonly Installation[] {
  const all = valueOf(context, RESOURCE) ?? [];
  const { sort, place, namespace } = screen;
  const name = JSON.stringify([sort, place.query, namespace]);
  const earlier = WORKED_OUT.get(all);
  if (earlier?.name === name) return earlier.rows;
  const label = wantedLabel(place.query);
  const rows = all
    .filter((one) => namespace === undefined || one.namespace === namespace)
    .filter((one) =>
      label === undefined
        ? matches(
            place,
            `${one.namespace}/${one.name}`,
            labelsOf(one.labels),
            one.status.driver,
            one._calculated.displayInstallationState,
          )
        : hasLabel(one.labels, label),
    )
    .toSorted(ORDERS[sort]);
  WORKED_OUT.set(all, { name, rows });
  return rows;
}

const WORKED_OUT = new WeakMap<
  readonly Installation[],
  { readonly name: string; readonly rows: readonly Installation[] }
>();

const ORDERS: Readonly<
  Record<InstallationSort, (left: Installation, right: Installation) => number>
> = {
  name: (left, right) => order(rowKey(left), rowKey(right)),
  age: (left, right) => order(right.status.modified, left.status.modified),
  state: (left, right) =>
    order(
      left._calculated.displayInstallationStatus,
      right._calculated.displayInstallationStatus,
    ) || order(rowKey(left), rowKey(right)),
  driver: (left, right) =>
    order(left.status.driver, right.status.driver) || order(rowKey(left), rowKey(right)),
};

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function queryWords(query: string): readonly string[] {
  if (query === "") return [];
  const label = wantedLabel(query);
  return label === undefined ? ["--name", query] : ["--label", label];
}

/** The labels that there are go into the palette, where one is chosen. */
function chooseLabel(state: State): Step {
  const all = valueOf(contextOf(state), RESOURCE) ?? [];
  if (countLabels(all).size === 0)
    return still(say(state, "No installation has a label: gantry install --label KEY=VALUE."));
  return still({ ...state, overlay: { kind: "palette", text: `${LABEL} `, at: 0 } });
}

function chosenOf(screen: InstallationsScreen, context: Context): Installation | undefined {
  const rows = rowsOf(screen, context);
  return rows[chosenIndex(screen.place, rows.map(rowKey))];
}

function nextNamespace(screen: InstallationsScreen, state: State): Step {
  const all = valueOf(contextOf(state), RESOURCE) ?? [];
  const names = [...new Set(all.map(({ namespace }) => namespace))];
  const choices = [undefined, ...names.toSorted(order)];
  const { namespace: _before, ...rest } = screen;
  const next = after(choices, screen.namespace);
  return still(withScreen(state, next === undefined ? rest : { ...rest, namespace: next }));
}

function after<T>(choices: readonly T[], current: T): T {
  // There is one, as there are choices at all.
  return choices[(choices.indexOf(current) + 1) % choices.length] as T;
}
