import type { Plan } from "@gantry/protocol";
import { commandLine, wordsOf } from "../../state/command.ts";
import type { Resource } from "../../state/resource.ts";
import type { ScreenOf } from "../../state/screen.ts";
import { contextOf, type State, type Step, still, valueOf, withScreen } from "../../state/state.ts";
import { clockTime } from "../../text/age.ts";
import { line, wrapText } from "../../text/line.ts";
import type { Style } from "../../theme/style.ts";
import { documentScreen, type TextLook } from "../document-screen.ts";
import { BLANK, type DocumentRow, heading, pair } from "../document.ts";
import { oneLine } from "../failure-lines.ts";
import { matches } from "../rows.ts";
import type { ScreenDefinition } from "../screen-kind.ts";
import { type PlanFact, planFacts } from "./plan-facts.ts";

type Shown = ScreenOf<"plan">;

/** What an action of an installation would do and touch, were it run now. */
export const planScreen: ScreenDefinition<Shown> = documentScreen<Shown, "plan">({
  title: ({ action, key }) => `Plan: ${action} ${key.name}`,
  subject: ({ key, action }) => ({ kind: "plan", key, action }),
  beside: (screen) => [bundleOf(screen)],
  text: rowsOf,
  command: ({ action, key }) => commandLine("plan", action, wordsOf(key)),
  act: (screen, action, state) =>
    action === "next-action" ? nextAction(screen, state) : undefined,
});

function bundleOf({ key }: Shown): Extract<Resource, { kind: "bundle" }> {
  return { kind: "bundle", source: {}, installation: key };
}

/** Any action that the bundle has, in its order. */
function nextAction(screen: Shown, state: State): Step {
  const bundle = valueOf(contextOf(state), bundleOf(screen));
  const names = bundle?.actions.map(({ name }) => name) ?? ["upgrade", "uninstall"];
  const next = names[(names.indexOf(screen.action) + 1) % names.length] ?? screen.action;
  const { chosen: _row, ...place } = screen.place;
  return still(withScreen(state, { ...screen, action: next, place }));
}

const NAME_COLUMNS = 14;

function rowsOf(screen: Shown, plan: Plan, { state }: TextLook): readonly DocumentRow[] {
  const room = { width: state.columns - 3, screen };
  return [
    BLANK,
    ...section("", refusals(plan), room),
    ...planFacts(plan).flatMap((fact) => factRows(fact, room)),
    ...section("Powers", powers(plan), room),
    ...section("Warnings", plan.warnings.map(warning), room),
    ...section("Since the plan that was approved last", changes(plan), room),
  ];
}

interface Room {
  readonly width: number;
  readonly screen: Shown;
}

interface Said {
  readonly text: string;
  readonly style?: Style;
}

/** A text that is broken into as many rows as it needs. */
function section(title: string, said: readonly Said[], room: Room): readonly DocumentRow[] {
  const fitting = said.filter(({ text }) => matches(room.screen.place, text));
  if (fitting.length === 0) return [];
  const rows = fitting.flatMap(({ text, style }, index) =>
    wrapText(oneLine(text), room.width).map(
      (part, at): DocumentRow => ({ key: `${title}/${index}/${at}`, line: line(part, style) }),
    ),
  );
  return title === "" ? [...rows, BLANK] : [...heading(title), ...rows];
}

function factRows({ name, texts, style }: PlanFact, { width, screen }: Room): DocumentRow[] {
  if (!matches(screen.place, name, ...texts)) return [];
  const parts = texts.flatMap((text) => wrapText(oneLine(text), width - NAME_COLUMNS));
  return parts.map((part, at) =>
    pair(at === 0 ? name : "", line(part, style), { key: `${name}/${at}` }),
  );
}

function refusals({ problems }: Plan): readonly Said[] {
  return problems.map((text) => ({ text: `It would be refused: ${text}`, style: "bad" }));
}

function warning(text: string): Said {
  return { text, style: "warning" };
}

/** What is asked for and what is granted, one by one. */
function powers({ requested, granted, missing }: Plan): readonly Said[] {
  const nameOf = ({ power, value }: Plan["granted"][number]): string =>
    [power, value].filter(Boolean).join(" ");
  const wanted = requested.map(nameOf);
  const lacking = missing.map(nameOf);
  return [
    ...missing.map(
      (one): Said => ({
        text: `${nameOf(one)}: asked for, not granted; ${one.flag} grants it`,
        style: "bad",
      }),
    ),
    ...wanted
      .filter((name) => !lacking.includes(name))
      .map((name): Said => ({ text: `${name}: asked for, granted` })),
    ...granted
      .map(nameOf)
      .filter((name) => !wanted.includes(name))
      .map((name): Said => ({ text: `${name}: granted, not asked for`, style: "quiet" })),
  ];
}

function changes({ changes: { since, added, removed } }: Plan): readonly Said[] {
  if (since === null) return [{ text: "None was approved yet.", style: "quiet" }];
  const when = clockTime(since);
  if (added.length + removed.length === 0)
    return [{ text: `The same as approved at ${when}.`, style: "quiet" }];
  return [
    { text: `Approved at ${when}; different by now:`, style: "quiet" },
    ...added.map((text) => warning(`+ ${text}`)),
    ...removed.map((text): Said => ({ text: `- ${text}`, style: "good" })),
  ];
}
