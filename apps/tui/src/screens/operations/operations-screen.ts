import type { Operation } from "@gantry/protocol";
import { formatDuration } from "@gantry/terminal-text";
import { commandLine } from "../../state/command.ts";
import { openOperation } from "../../state/navigation.ts";
import type { ScreenOf } from "../../state/screen.ts";
import { type Context, contextOf, knownOf, valueOf } from "../../state/state.ts";
import { ageOf } from "../../text/age.ts";
import { EMPTY, type Line, span } from "../../text/line.ts";
import { type Column, firstInSight, tableLines } from "../../text/table.ts";
import { oneLine, waitingLines } from "../failure-lines.ts";
import { askToCancel, retry } from "./operation-actions.ts";
import { chosenIndex, matches } from "../rows.ts";
import type { Look, ScreenDefinition } from "../screen-kind.ts";
import { operationSpan } from "../state-span.ts";

type Shown = ScreenOf<"operations">;

const RESOURCE = { kind: "operations" } as const;

/** What the daemon does and did, the latest first. */
export const operationsScreen: ScreenDefinition<Shown> = {
  title: () => "Operations",
  resources: () => [RESOURCE],
  rows: (screen, { context }) => rowsOf(screen, context).map(({ id }) => id),
  view,
  rowAt: (screen, at, { context, height }) => {
    const rows = rowsOf(screen, context);
    const chosen = chosenIndex(
      screen.place,
      rows.map(({ id }) => id),
    );
    return firstInSight(chosen, rows.length, height - 2) + at - 2;
  },
  command: () => commandLine("list", "--all-namespaces"),
  act: (screen, action, state) => {
    const rows = rowsOf(screen, contextOf(state));
    const chosen =
      rows[
        chosenIndex(
          screen.place,
          rows.map(({ id }) => id),
        )
      ];
    if (chosen === undefined) return undefined;
    switch (action) {
      case "open":
        return openOperation(state, chosen.id);
      case "replay":
        return openOperation(state, chosen.id, { speed: 1, isPaused: false });
      case "cancel":
      case "kill":
        return askToCancel(state, chosen, action === "kill");
      case "retry":
        return retry(state, chosen);
      default:
        return undefined;
    }
  },
};

function rowsOf({ place }: Shown, context: Context): readonly Operation[] {
  const all = valueOf(context, RESOURCE) ?? [];
  return all.filter((one) => matches(place, whatOf(one), one.status, one.failure?.message ?? ""));
}

function view(screen: Shown, { context, state, width, height, marks }: Look): readonly Line[] {
  const known = knownOf(context, RESOURCE);
  if (known?.value === undefined) return waitingLines(known, width, marks);
  const rows = rowsOf(screen, context);
  const columns: readonly Column<Operation>[] = [
    { title: "OPERATION", most: 40, least: 14, grows: true, cell: (row) => span(whatOf(row)) },
    { title: "STATUS", most: 14, least: 13, cell: ({ status }) => operationSpan(status, marks) },
    {
      title: "AGE",
      most: 5,
      least: 4,
      cell: ({ created }) => span(ageOf(created, state.now), "quiet"),
    },
    { title: "TOOK", most: 8, least: 6, cell: (row) => span(tookOf(row, state.now), "quiet") },
    {
      title: "WHAT WENT WRONG",
      most: 60,
      least: 16,
      cell: ({ failure }) => span(oneLine(failure?.message ?? ""), "quiet"),
    },
  ];
  const table = tableLines({
    columns,
    rows,
    at: chosenIndex(
      screen.place,
      rows.map(({ id }) => id),
    ),
    width,
    height: height - 1,
    none: known.value.length === 0 ? "Nothing was done yet." : "No operation fits.",
  });
  return [EMPTY, ...table];
}

/** What an operation does, and to what. */
export function whatOf({ kind, action, installation, namespace, bundle }: Operation): string {
  const verb = kind === "invoke" ? `invoke ${action ?? ""}` : kind;
  const name = namespace ? `${namespace}/${installation ?? ""}` : (installation ?? bundle ?? "");
  return oneLine(`${verb} ${name}`.trim());
}

function tookOf({ created, finished }: Operation, now: number): string {
  const end = finished === undefined ? now : Date.parse(finished);
  return formatDuration(Math.max(0, end - Date.parse(created)));
}
