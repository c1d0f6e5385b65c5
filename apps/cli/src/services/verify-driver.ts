import { resolve } from "node:path";
import type { VerifiedCase } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { readAssignments } from "../inputs/assignments.ts";
import { optional } from "../inputs/optional.ts";
import { isJson, writeJson } from "../output/json.ts";
import { cleanText } from "@gantry/terminal-text";
import { type Paint, paintFor } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry drivers verify`: exit code 1 when a case failed. */
export async function verifyDriver(given: Given, world: World): Promise<number> {
  const json = isJson(given);
  const paint = paintFor(world.stderr, world.env);
  const cases: VerifiedCase[] = [];
  const skipped = new Map<string, string[]>();
  const result = await withClient(world, async (client) => {
    await client.ready;
    const call = client.call("driver.verify", paramsOf(given, world));
    for await (const one of call) {
      cases.push(one);
      if (one.verdict === "not-applicable") note(skipped, one);
      else await write(world.stderr, textOf(one, paint));
    }
    return call.result;
  });
  if (json) await writeJson(world, { ...result, cases });
  else await write(world.stdout, summaryOf(result, skipped));
  return result.failed > 0 ? 1 : 0;
}

function paramsOf(given: Given, { cwd }: World) {
  return {
    dir: resolve(cwd, given.argument("DIR") ?? "."),
    options: toOptions(readAssignments("--option", given.list("option"))),
    bench: given.has("bench"),
    unconfined: given.has("unconfined"),
    ...optional("only", given.text("only")),
    ...optional("base", given.text("base")),
  };
}

/** A value that is JSON is taken as such: numbers, true, lists. */
function toOptions(values: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, toValue(text)]));
}

function toValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function note(skipped: Map<string, string[]>, { id, reason = "" }: VerifiedCase): void {
  skipped.set(reason, [...(skipped.get(reason) ?? []), id]);
}

function textOf({ id, title, verdict, reason, transcript = [] }: VerifiedCase, paint: Paint) {
  if (verdict === "passed") return `${paint("good", "✓")} ${id}: ${title}\n`;
  const why = cleanText(reason ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => `    ${line}\n`);
  const wire = transcript.map((line) => `    ${paint("quiet", cleanText(line))}\n`);
  return [`${paint("bad", "✗")} ${id}: the driver does not: ${title}\n`, ...why, ...wire].join("");
}

function summaryOf(
  result: {
    readonly driver: string;
    readonly version: string;
    readonly passed: number;
    readonly failed: number;
    readonly notApplicable: number;
    readonly confinement: string;
    readonly weaker: readonly string[];
    readonly bench?: Readonly<Record<string, number>>;
  },
  skipped: ReadonlyMap<string, readonly string[]>,
): string {
  const {
    driver,
    version,
    passed,
    failed,
    notApplicable,
    confinement,
    weaker,
    bench = {},
  } = result;
  const reasons = [...skipped].map(([reason, ids]) => `  ${reason}: ${ids.join(" ")}\n`);
  const apart = reasons.length === 0 ? "" : `Not applicable:\n${reasons.join("")}`;
  const speeds = Object.entries(bench).map(([name, ms]) => `${name.replace(/Ms$/, "")} ${ms} ms`);
  const speed = speeds.length === 0 ? "" : `Medians: ${speeds.join(", ")}\n`;
  const line = `${driver} ${version}: ${passed} passed, ${failed} failed, ${notApplicable} not applicable\n`;
  const way = `Started ${[confinement, ...weaker].join("; ")}\n`;
  return apart + speed + way + line;
}
