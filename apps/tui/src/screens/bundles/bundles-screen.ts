import type { KnownBundle } from "@gantry/protocol";
import type { Action } from "../../keys/keymap.ts";
import { commandLine, sourceWords } from "../../state/command.ts";
import { buildForm, openForm } from "../../state/form/bundle-forms.ts";
import { builders, formScreen, giveTerminal, push, wantForm } from "../../state/navigation.ts";
import { publishForm } from "../../publish/publish-form.ts";
import { type ScreenOf, TOP } from "../../state/screen.ts";
import {
  type Context,
  contextOf,
  knownOf,
  type State,
  type Step,
  valueOf,
} from "../../state/state.ts";
import { ageOf } from "../../text/age.ts";
import { EMPTY, type Line, span } from "../../text/line.ts";
import { type Column, firstInSight, tableLines } from "../../text/table.ts";
import { oneLine, waitingLines } from "../failure-lines.ts";
import { openWhy } from "./why-screen.ts";
import { chosenIndex, matches } from "../rows.ts";
import type { Look, ScreenDefinition } from "../screen-kind.ts";

type Shown = ScreenOf<"bundles">;

const RESOURCE = { kind: "bundles" } as const;

/** A bundle's source: built here before, or lying in the directory where the program was started. */
interface Row {
  readonly file: string;
  readonly dir?: string;
  readonly built?: KnownBundle;
}

/** Bundles that were built here, and the one in this directory. */
export const bundlesScreen: ScreenDefinition<Shown> = {
  title: () => "Bundles",
  resources: () => [RESOURCE],
  rows: (screen, { context, state }) => rowsOf(screen, context, state).map(rowKey),
  view,
  rowAt: (screen, at, { context, state, height }) => {
    const rows = rowsOf(screen, context, state);
    const chosen = chosenIndex(screen.place, rows.map(rowKey));
    return firstInSight(chosen, rows.length, height - 2) + at - 2;
  },
  command: () => commandLine("build"),
  act: (screen, action, state) => {
    if (action === "open-bundle") return push(state, formScreen(openForm(state.cwd)));
    const rows = rowsOf(screen, contextOf(state), state);
    const row = rows[chosenIndex(screen.place, rows.map(rowKey))];
    return row === undefined ? undefined : actOnRow(row, action, state);
  },
};

function actOnRow(row: Row, action: Action, state: State): Step | undefined {
  const source = { file: row.file, ...(row.dir === undefined ? {} : { dir: row.dir }) };
  switch (action) {
    case "open":
      return push(state, { kind: "bundle", source, place: TOP });
    case "install":
      return wantForm(state, "install", { kind: "bundle", source });
    case "build":
      return push(state, formScreen(buildForm(source, nameOf(row), builders(contextOf(state)))));
    case "publish":
      return push(state, formScreen(publishForm(source, nameOf(row))));
    case "shell":
      return giveTerminal(state, "shell", "--bundle", ...sourceWords(source));
    case "why":
      return openWhy(state, source, nameOf(row));
    default:
      return undefined;
  }
}

function nameOf({ built, file }: Row): string {
  return built?.name ?? file.split("/").at(-2) ?? file;
}

function rowKey({ file, dir }: Row): string {
  return `${file}\n${dir ?? ""}`;
}

function rowsOf({ place }: Shown, context: Context, { manifest }: State): readonly Row[] {
  const built = valueOf(context, RESOURCE) ?? [];
  const isHere = manifest === undefined || built.some(({ file }) => file === manifest);
  const here: readonly Row[] = isHere ? [] : [{ file: manifest }];
  const rows = [
    ...here,
    ...built.map((one): Row => ({ file: one.file, dir: one.dir, built: one })),
  ];
  return rows.filter((row) => matches(place, nameOf(row), row.file));
}

function view(screen: Shown, { context, state, width, height, marks }: Look): readonly Line[] {
  const known = knownOf(context, RESOURCE);
  if (known?.value === undefined) return waitingLines(known, width, marks);
  const rows = rowsOf(screen, context, state);
  const columns: readonly Column<Row>[] = [
    { title: "BUNDLE", most: 28, least: 10, cell: (row) => span(oneLine(nameOf(row))) },
    { title: "VERSION", most: 12, least: 7, cell: ({ built }) => span(built?.version ?? "") },
    {
      title: "BUILT",
      most: 9,
      least: 5,
      cell: ({ built }) =>
        span(built === undefined ? "not yet" : ageOf(built.built, state.now), "quiet"),
    },
    {
      title: "WITH",
      most: 12,
      least: 6,
      cell: ({ built }) => span(built?.endpoint ?? "", "quiet"),
    },
    {
      title: "MANIFEST",
      most: 80,
      least: 12,
      grows: true,
      cell: ({ file }) => span(oneLine(file), "quiet"),
    },
  ];
  const table = tableLines({
    columns,
    rows,
    at: chosenIndex(screen.place, rows.map(rowKey)),
    width,
    height: height - 1,
    none: "No bundle was built here. Press o to open a porter.yaml by its path.",
  });
  return [EMPTY, ...table];
}
