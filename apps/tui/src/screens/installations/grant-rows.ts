import type { Failure, Grant, Plan, Power } from "@gantry/protocol";
import { flagOfPower } from "@gantry/protocol/light";
import { ageOf, clockTime } from "../../text/age.ts";
import { type Line, line, span } from "../../text/line.ts";
import { type DocumentRow, heading, pair } from "../document.ts";
import { oneLine } from "../failure-lines.ts";

interface Known {
  readonly grants: readonly Grant[];
  /** What an upgrade would do; absent: not known yet, or not to be had. */
  readonly plan: Plan | undefined;
  readonly failure: Failure | undefined;
  readonly now: number;
}

/** What an installation was granted, what its bundle asks for beyond that, and what is new since a plan of it was approved. */
export function grantRows({ grants, plan, failure, now }: Known): readonly DocumentRow[] {
  const missing = plan?.missing ?? [];
  const width = 2 + Math.max(12, ...[...grants, ...missing].map((one) => nameOf(one).length));
  const rows = [
    ...grants.map((one) => grantedRow(one, { plan, now, width })),
    ...missing.map((power) =>
      grantRow(power, width, [span("not granted", "bad"), span(`  ${power.flag}`, "quiet")]),
    ),
  ];
  const unknown =
    plan !== undefined || failure === undefined
      ? []
      : [{ line: line(`What it asks for is not known: ${oneLine(failure.message)}`, "quiet") }];
  if (rows.length === 0 && unknown.length === 0) return changeRows(plan);
  return [...heading(title(grants, missing)), ...rows, ...unknown, ...changeRows(plan)];
}

function title(grants: readonly Grant[], missing: readonly Power[]): string {
  const keys = [
    ...(grants.length === 0 ? [] : ["R revokes"]),
    ...(missing.length === 0 ? [] : ["A grants"]),
  ];
  return keys.length === 0 ? "Grants" : `Grants: ${keys.join(", ")}`;
}

function grantedRow(
  grant: Grant,
  { plan, now, width }: Pick<Known, "plan" | "now"> & { readonly width: number },
): DocumentRow {
  const isAsked = plan?.requested.some((one) => isSame(one, grant)) ?? true;
  const state = isAsked ? span("granted", "good") : span("granted, not asked for");
  const by = grant.asker === "operator" ? ", by you" : "";
  return grantRow(grant, width, [state, span(`  ${ageOf(grant.granted, now)}${by}`, "quiet")]);
}

function grantRow(power: Power, width: number, value: Line): DocumentRow {
  return pair(nameOf(power), value, { key: grantKey(power), width });
}

function nameOf({ power, value }: Power): string {
  return oneLine([power, value].filter(Boolean).join(" "));
}

/** What the row of a power is chosen by: the flag that grants it. */
export function grantKey(power: Power): string {
  return `grant/${flagOfPower(power)}`;
}

function isSame(one: Power, other: Power): boolean {
  return one.power === other.power && one.value === other.value;
}

function changeRows(plan: Plan | undefined): readonly DocumentRow[] {
  if (plan === undefined || plan.changes.since === null) return [];
  const { since, added, removed } = plan.changes;
  if (added.length + removed.length === 0) return [];
  return [
    ...heading(`Changed since a plan was approved on ${clockTime(since)}`),
    ...added.map((fact) => changeRow(`+ ${fact}`, "warning")),
    ...removed.map((fact) => changeRow(`- ${fact}`, "good")),
  ];
}

function changeRow(text: string, style: "warning" | "good"): DocumentRow {
  return { key: `change/${text}`, line: line(oneLine(text), style) };
}
