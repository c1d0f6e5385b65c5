import { digestOf, expectedOutputs } from "@gantry/cnab";
import { powerInWords } from "@gantry/protocol/light";
import { Fault } from "../fault.ts";
import type { SettledRun } from "../run/settle-run.ts";

/** Variables and files that differ between installations only, never between plans of one. */
type Settled = Pick<SettledRun, "toRun" | "action" | "powers" | "choice" | "spec">;

/** What a run touches, a line each, sorted: two plans differ by the lines that only one of them has. Holds no value. */
export function factsOf({ toRun, action, powers, choice, spec }: Settled): string[] {
  const { image } = toRun;
  const limits = { memory: spec.memoryBytes, cpus: spec.cpus, pids: spec.pids };
  return [
    `bundle ${toRun.bundle.name} ${toRun.bundle.version}`,
    ...(toRun.published === undefined ? [] : [`published ${toRun.published.digest}`]),
    ...(toRun.isToBuild === true ? [] : [`${IMAGE}${image.digest ?? image.id ?? toRun.reference}`]),
    `endpoint ${choice.endpoint.name}`,
    `network ${spec.network}`,
    ...(toRun.user === undefined ? [] : [`user ${toRun.user || "root"}`]),
    ...powers.requested
      .filter((power) => !powers.missing.includes(power) && power.power !== "network")
      .map(powerInWords),
    ...Object.entries(limits).flatMap(([name, value]) =>
      value === undefined ? [] : [`limit ${name} ${value}`],
    ),
    ...spec.environment.map(({ name, sensitive }) => `environment ${name}${marked(sensitive)}`),
    ...spec.files.map(
      ({ path, mode, sensitive }) => `file ${path} ${octal(mode)}${marked(sensitive)}`,
    ),
    ...[...expectedOutputs(toRun.bundle, action.name).values()].map((name) => `output ${name}`),
  ].toSorted();
}

const IMAGE = "image ";

/** Names a plan by what it touches. */
export function planDigest(facts: readonly string[]): string {
  return digestOf(Buffer.from(facts.join("\n")));
}

/** Refuses a run that is not the one whose plan was approved. An image that was yet to be built when it was shown may be any. */
export function refuseUnapproved(settled: SettledRun): void {
  const { approves } = settled.options;
  if (approves === undefined) return;
  const facts = factsOf(settled);
  const known = [facts, facts.filter((fact) => !isOfImage(fact))].map(planDigest);
  if (known.includes(approves)) return;
  throw new Fault("plan-changed", "What would run is not what the approved plan showed.", {
    hint: "Look at it again with `gantry plan`: the bundle, its inputs or the endpoints changed meanwhile.",
  });
}

/** Facts that a build decides. */
export function isOfImage(fact: string): boolean {
  return fact.startsWith(IMAGE) || isUser(fact);
}

/** Whom the image runs as. */
export function isUser(fact: string): boolean {
  return fact.startsWith("user ");
}

/** Permission bits as people write them. */
export function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

function marked(sensitive: boolean): string {
  return sensitive ? " (sensitive)" : "";
}
