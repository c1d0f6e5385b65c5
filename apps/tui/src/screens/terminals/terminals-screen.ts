import type { Terminal } from "@gantry/protocol";
import type { Action } from "../../keys/keymap.ts";
import { commandLine, wordsOf } from "../../state/command.ts";
import { giveTerminal } from "../../state/navigation.ts";
import type { ScreenOf } from "../../state/screen.ts";
import {
  type Context,
  contextOf,
  knownOf,
  say,
  type State,
  type Step,
  still,
  valueOf,
} from "../../state/state.ts";
import { ageOf } from "../../text/age.ts";
import { EMPTY, type Line, span } from "../../text/line.ts";
import { type Column, firstInSight, tableLines } from "../../text/table.ts";
import { oneLine, waitingLines } from "../failure-lines.ts";
import { chosenIndex, matches } from "../rows.ts";
import type { Look, ScreenDefinition } from "../screen-kind.ts";
import { terminalSpan } from "../state-span.ts";

type Shown = ScreenOf<"terminals">;

const RESOURCE = { kind: "terminals" } as const;

/** The terminals that the daemon holds: any of them can be come back to. */
export const terminalsScreen: ScreenDefinition<Shown> = {
  title: () => "Terminals",
  // The bundles tell where another terminal in one of them is to be opened.
  resources: () => [RESOURCE, { kind: "bundles" }],
  rows: (screen, { context }) => rowsOf(screen, context).map(({ id }) => id),
  view,
  rowAt: (screen, at, { context, height }) => {
    const rows = rowsOf(screen, context);
    return firstInSight(chosenAt(screen, rows), rows.length, height - 2) + at - 2;
  },
  command: (screen, context) => {
    const rows = rowsOf(screen, context);
    const chosen = rows[chosenAt(screen, rows)];
    return commandLine("shell", ...(chosen === undefined ? ["--list"] : ["--attach", chosen.id]));
  },
  act: (screen, action, state) => {
    const rows = rowsOf(screen, contextOf(state));
    const chosen = rows[chosenAt(screen, rows)];
    return chosen === undefined ? undefined : actOnTerminal(state, action, chosen);
  },
};

/** What can be done to one terminal, wherever it was chosen. */
export function actOnTerminal(state: State, action: Action, chosen: Terminal): Step | undefined {
  switch (action) {
    case "open":
      return comeBack(state, chosen);
    case "shell":
      return openAnother(state, chosen);
    case "hang-up":
      return askToHangUp(state, chosen);
    default:
      return undefined;
  }
}

function comeBack(state: State, { id, exitCode }: Terminal): Step {
  return exitCode === undefined
    ? giveTerminal(state, "shell", "--attach", id)
    : still(say(state, `Its program has ended with ${exitCode}.`));
}

function openAnother(state: State, { place, installation, namespace, bundle }: Terminal): Step {
  if (place !== "bundle") {
    const words = wordsOf({ name: installation, namespace });
    return giveTerminal(state, "shell", ...words, ...(place === "image" ? ["--image"] : []));
  }
  const bundles = valueOf(contextOf(state), { kind: "bundles" }) ?? [];
  const built = bundles.find(({ name }) => name === bundle);
  return built === undefined
    ? still(say(state, "Open it from the bundles (4).", true))
    : giveTerminal(state, "shell", "--bundle", "--file", built.file);
}

function askToHangUp(state: State, terminal: Terminal): Step {
  const { id, exitCode, ofItsOwn } = terminal;
  if (exitCode !== undefined) return still(say(state, "It has ended by itself."));
  return still({
    ...state,
    overlay: {
      kind: "confirm",
      title: `Hang up the terminal in ${whereOf(terminal)}?`,
      lines: [
        "Its program ends, and what was not saved in it is lost.",
        ...(ofItsOwn ? ["The run that was made for it is removed."] : []),
      ],
      command: commandLine("shell", "--close", id),
      typed: "",
      effects: [
        {
          kind: "call",
          context: state.current,
          call: { method: "terminal.close", params: { terminalId: id } },
        },
      ],
    },
  });
}

/** Whose a terminal is. */
export function whereOf({ place, namespace, installation, bundle = "" }: Terminal): string {
  if (place === "bundle") return oneLine(bundle);
  return oneLine(namespace === "" ? installation : `${namespace}/${installation}`);
}

const PLACES: Readonly<Record<Terminal["place"], string>> = {
  run: "its run",
  image: "its image",
  bundle: "built image",
};

function rowsOf({ place }: Shown, context: Context): readonly Terminal[] {
  const all = valueOf(context, RESOURCE) ?? [];
  return all.filter((one) => matches(place, whereOf(one), one.endpoint, one.command.join(" ")));
}

function chosenAt({ place }: Shown, rows: readonly Terminal[]): number {
  return chosenIndex(
    place,
    rows.map(({ id }) => id),
  );
}

function view(screen: Shown, look: Look): readonly Line[] {
  const { context, width, height, marks } = look;
  const known = knownOf(context, RESOURCE);
  if (known?.value === undefined) return waitingLines(known, width, marks);
  const rows = rowsOf(screen, context);
  const table = tableLines({
    columns: columnsOf(look),
    rows,
    at: chosenAt(screen, rows),
    width,
    height: height - 1,
    none:
      known.value.length === 0
        ? "None is open. S opens one: on an installation (2), or on a bundle (4)."
        : "No terminal fits.",
  });
  return [EMPTY, ...table];
}

function columnsOf({ marks, state }: Look): readonly Column<Terminal>[] {
  return [
    { title: "OF", most: 30, least: 9, grows: true, cell: (row) => span(whereOf(row)) },
    { title: "STATE", most: 14, least: 10, cell: (row) => terminalSpan(row, marks) },
    { title: "IN", most: 11, least: 11, cell: ({ place }) => span(PLACES[place]) },
    {
      title: "AGE",
      most: 5,
      least: 4,
      cell: ({ created }) => span(ageOf(created, state.now), "quiet"),
    },
    { title: "ON", most: 14, least: 6, cell: ({ endpoint }) => span(oneLine(endpoint), "quiet") },
    {
      title: "COMMAND",
      most: 20,
      least: 7,
      cell: ({ command }) => span(oneLine(command.join(" ")), "quiet"),
    },
    { title: "OPENED BY", most: 24, least: 9, cell: (row) => span(openerOf(row), "quiet") },
  ];
}

function openerOf({ openedBy }: Terminal): string {
  if (openedBy === undefined) return "";
  const { user, name } = openedBy;
  return oneLine(user === undefined ? name : `${user}, ${name}`);
}
