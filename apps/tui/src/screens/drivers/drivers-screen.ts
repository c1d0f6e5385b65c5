import type { Endpoint } from "@gantry/protocol";
import { commandLine } from "../../state/command.ts";
import { push } from "../../state/navigation.ts";
import { type ScreenOf, TOP } from "../../state/screen.ts";
import { type Context, contextOf, knownOf, valueOf } from "../../state/state.ts";
import { EMPTY, type Line, span } from "../../text/line.ts";
import { type Column, firstInSight, tableLines } from "../../text/table.ts";
import { oneLine, waitingLines } from "../failure-lines.ts";
import { actOnEndpoint } from "./endpoint-actions.ts";
import { chosenIndex, matches } from "../rows.ts";
import type { Look, ScreenDefinition } from "../screen-kind.ts";
import { endpointSpan } from "../state-span.ts";

type Shown = ScreenOf<"drivers">;

const RESOURCE = { kind: "endpoints" } as const;

/** What builds and runs bundles, and how each is. */
export const driversScreen: ScreenDefinition<Shown> = {
  title: () => "Drivers",
  resources: () => [RESOURCE],
  rows: (screen, { context }) => rowsOf(screen, context).map(({ name }) => name),
  view,
  rowAt: (screen, at, { context, height }) => {
    const names = rowsOf(screen, context).map(({ name }) => name);
    return firstInSight(chosenIndex(screen.place, names), names.length, height - 2) + at - 2;
  },
  command: () => commandLine("drivers", "list"),
  act: (screen, action, state) => {
    const names = rowsOf(screen, contextOf(state)).map(({ name }) => name);
    const name = names[chosenIndex(screen.place, names)];
    if (name === undefined) return undefined;
    if (action !== "open") return actOnEndpoint(state, action, name);
    return push(state, { kind: "driver", name, place: TOP });
  },
};

function rowsOf({ place }: Shown, context: Context): readonly Endpoint[] {
  const all = valueOf(context, RESOURCE) ?? [];
  return all.filter(({ name, driver, probe }) => matches(place, name, driver, probe.state));
}

function view(screen: Shown, { context, width, height, marks }: Look): readonly Line[] {
  const known = knownOf(context, RESOURCE);
  if (known?.value === undefined) return waitingLines(known, width, marks);
  const rows = rowsOf(screen, context);
  const columns: readonly Column<Endpoint>[] = [
    { title: "NAME", most: 20, least: 8, cell: ({ name }) => span(oneLine(name)) },
    { title: "STATE", most: 14, least: 13, cell: ({ probe }) => endpointSpan(probe.state, marks) },
    { title: "DOES", most: 9, least: 9, cell: (row) => span(kindsOf(row), "quiet") },
    {
      title: "ENGINE, OR WHAT IS WRONG",
      most: 90,
      least: 16,
      grows: true,
      cell: ({ probe }) => span(oneLine(probe.problems[0]?.text ?? probe.engine ?? ""), "quiet"),
    },
  ];
  const table = tableLines({
    columns,
    rows,
    at: chosenIndex(
      screen.place,
      rows.map(({ name }) => name),
    ),
    width,
    height: height - 1,
    none: "No driver fits.",
  });
  return [unconfinedLine(rows, marks), ...table];
}

export function kindsOf({ facets }: Endpoint): string {
  return facets.filter((one) => one !== "images").join("+") || "unknown";
}

/** What runs with all that the daemon may do is said loudly. */
function unconfinedLine(rows: readonly Endpoint[], { failed }: Look["marks"]): Line {
  const names = rows
    .filter(({ confinement }) => confinement === "unconfined")
    .map(({ name }) => name);
  return names.length === 0
    ? EMPTY
    : [span(`  ${failed} Unconfined: ${oneLine(names.join(", "))}`, "warning")];
}
