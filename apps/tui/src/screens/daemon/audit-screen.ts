import type { AuditEntry } from "@gantry/protocol";
import { commandLine } from "../../state/command.ts";
import type { AuditResource } from "../../state/resource.ts";
import type { AuditScreen } from "../../state/screen.ts";
import {
  type Context,
  contextOf,
  knownOf,
  type State,
  type Step,
  still,
  valueOf,
  withScreen,
} from "../../state/state.ts";
import { clockTime } from "../../text/age.ts";
import { EMPTY, type Line, line, span, wrapText } from "../../text/line.ts";
import { type Column, firstInSight, tableLines } from "../../text/table.ts";
import type { Marks } from "../../theme/style.ts";
import { oneLine, waitingLines } from "../failure-lines.ts";
import { chosenIndex, matches } from "../rows.ts";
import type { Look, ScreenDefinition } from "../screen-kind.ts";
import { verdictSpan } from "../state-span.ts";

const EVERYTHING: AuditResource = { kind: "audit" };

/** Rows above the table: what is shown of the log, and a blank one. */
const HEAD_ROWS = 2;

/** What brokers let through to engines and what they did not, the latest last. */
export const auditScreen: ScreenDefinition<AuditScreen> = {
  title: () => "Audit",
  // All of it tells who there is to choose among.
  resources: (screen) => (isFiltered(screen) ? [EVERYTHING, resourceOf(screen)] : [EVERYTHING]),
  rows: (screen, { context }) => rowsOf(screen, context).map(({ key }) => key),
  view,
  rowAt: (screen, at, look) => {
    const rows = rowsOf(screen, look.context);
    const chosen = chosenOf(screen, rows);
    const room = tableRows(rows[chosen], look) - 1;
    return at <= HEAD_ROWS
      ? undefined
      : firstInSight(chosen, rows.length, room) + at - HEAD_ROWS - 1;
  },
  command: ({ owner, isDenied }) =>
    commandLine(
      "audit",
      owner === undefined ? [] : ["--owner", owner],
      isDenied ? ["--verdict", "denied"] : [],
    ),
  act: (screen, action, state) => {
    if (action === "denied")
      return still(withScreen(state, atEnd({ ...screen, isDenied: !screen.isDenied })));
    if (action === "owner") return nextOwner(screen, state);
    return action === "follow" ? still(withScreen(state, atEnd(screen))) : undefined;
  },
};

function isFiltered({ owner, isDenied }: AuditScreen): boolean {
  return owner !== undefined || isDenied;
}

function resourceOf({ owner, isDenied }: AuditScreen): AuditResource {
  return {
    kind: "audit",
    ...(owner === undefined ? {} : { owner }),
    ...(isDenied ? { verdict: "denied" } : {}),
  };
}

function atEnd(screen: AuditScreen): AuditScreen {
  return { ...screen, isFollowing: true };
}

/** The name of an owner as `--owner` takes it: without the slash of an installation that has no namespace. */
export function ownerOf({ owner }: AuditEntry): string {
  return owner.name.replace(/^\//, "");
}

function nextOwner(screen: AuditScreen, state: State): Step {
  const all = valueOf(contextOf(state), EVERYTHING) ?? [];
  const choices = [undefined, ...[...new Set(all.map(ownerOf))].toSorted()];
  const next = choices[(choices.indexOf(screen.owner) + 1) % choices.length];
  const { owner: _before, ...rest } = screen;
  return still(withScreen(state, atEnd(next === undefined ? rest : { ...rest, owner: next })));
}

interface Row {
  readonly key: string;
  readonly entry: AuditEntry;
}

/** Calls of the same millisecond are told apart by their number. */
function rowsOf(screen: AuditScreen, context: Context): readonly Row[] {
  const entries = valueOf(context, resourceOf(screen)) ?? [];
  const seen = new Map<string, number>();
  return entries
    .filter((entry) => matches(screen.place, ownerOf(entry), callOf(entry), entry.reason ?? ""))
    .map((entry) => {
      const name = `${entry.time} ${ownerOf(entry)} ${callOf(entry)}`;
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      return { key: `${name} ${number}`, entry };
    });
}

function callOf({ method, path }: AuditEntry): string {
  return oneLine(`${method} ${path}`);
}

function chosenOf({ place, isFollowing }: AuditScreen, rows: readonly Row[]): number {
  return isFollowing
    ? rows.length - 1
    : chosenIndex(
        place,
        rows.map(({ key }) => key),
      );
}

function view(screen: AuditScreen, look: Look): readonly Line[] {
  const { context, width, marks } = look;
  const known = knownOf(context, resourceOf(screen));
  if (known?.value === undefined) return waitingLines(known, width, marks);
  const rows = rowsOf(screen, context);
  const at = chosenOf(screen, rows);
  const height = tableRows(rows[at], look);
  const none = known.value.length === 0 ? noneText(screen) : "No call fits.";
  const table = tableLines({ columns: columnsOf(marks), rows, at, width, height, none });
  const detail = detailLines(rows[at], look);
  const blank = Array.from({ length: height - table.length }, () => EMPTY);
  return [factsLine(screen, rows.length), EMPTY, ...table, ...blank, ...detail];
}

function noneText({ isDenied, owner }: AuditScreen): string {
  const whose = owner === undefined ? "" : ` of ${oneLine(owner)}`;
  return isDenied
    ? `No call${whose} was denied.`
    : `No call${whose} went through a broker yet: bundles that require an engine, and drivers.`;
}

function factsLine({ owner, isDenied, isFollowing }: AuditScreen, count: number): Line {
  const what = isDenied ? "denied " : "";
  const calls = `${count} ${what}${count === 1 ? "call" : "calls"}`;
  const whose = owner === undefined ? " of all owners" : ` of ${oneLine(owner)}`;
  return [span(`  ${calls}${whose}`, "quiet"), span(isFollowing ? ", following" : "", "quiet")];
}

function columnsOf(marks: Marks): readonly Column<Row>[] {
  return [
    {
      title: "TIME",
      most: 8,
      least: 8,
      cell: ({ entry }) => span(clockTime(entry.time).slice(11), "quiet"),
    },
    { title: "VERDICT", most: 9, least: 9, cell: ({ entry }) => verdictSpan(entry.verdict, marks) },
    { title: "CALL", most: 60, least: 13, grows: true, cell: ({ entry }) => span(callOf(entry)) },
    {
      title: "OWNER",
      most: 24,
      least: 10,
      cell: ({ entry }) => span(oneLine(ownerOf(entry)), "quiet"),
    },
    {
      title: "REASON",
      most: 60,
      least: 16,
      cell: ({ entry }) => span(oneLine(entry.reason ?? ""), "quiet"),
    },
  ];
}

/** Rows of the screen for the table: what is said of the chosen call is below it. */
function tableRows(row: Row | undefined, look: Look): number {
  return look.height - HEAD_ROWS - detailLines(row, look).length;
}

/** On a screen that is too low for more than a few calls, the calls matter more. */
const LEAST_TABLE = 6;
const MOST_DETAIL = 4;

/** The chosen call in full, as the columns may cut it. */
function detailLines(row: Row | undefined, { width, height }: Look): readonly Line[] {
  if (row === undefined) return [];
  const { entry } = row;
  const { kind } = entry.owner;
  const who = `${kind === "bundle" ? "Installation" : "Driver"} ${oneLine(ownerOf(entry))}`;
  const why = entry.reason === undefined ? "" : `: ${oneLine(entry.reason)}`;
  const texts = wrapText(`${who}, ${callOf(entry)}, ${entry.verdict}${why}`, width - 4);
  const room = Math.min(MOST_DETAIL, height - HEAD_ROWS - LEAST_TABLE - 1);
  if (room < 1) return [];
  const style = entry.verdict === "denied" ? "warning" : "quiet";
  return [EMPTY, ...texts.slice(0, room).map((text) => line(`  ${text}`, style))];
}
