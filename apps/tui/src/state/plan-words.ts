import type { Plan, Power } from "@gantry/protocol";
import { powerInWords } from "@gantry/protocol/light";

/** What a plan says, in a line for each thing that happens; what would keep it from happening comes first. `given`: what is granted with it. */
export function planWords(plan: Plan, given: readonly Power[]): readonly string[] {
  const { endpoint, image, engineSocket, network, changes } = plan;
  return [
    ...otherProblems(plan).map((text) => `Refused as it is: ${text}`),
    ...missingWords(plan),
    ...given.map((power) => `Grants it ${powerInWords(power)}, until you revoke it.`),
    `With ${endpoint.reason}.`,
    ...(endpoint.away === undefined ? [] : [`${endpoint.name} is away: ${endpoint.away}`]),
    ...(image.state === "to-build" ? ["Its image is built first."] : []),
    ...(plan.privileged ? ["Privileged: it has the whole machine."] : []),
    ...(engineSocket === "none" ? [] : [`Access to the engine: ${engineSocket}.`]),
    ...(network === "default" ? [] : [`Network: ${network}.`]),
    ...plan.mounts.map(
      ({ source, target, readOnly }) =>
        `Mount ${source} at ${target}${readOnly ? ", read-only" : ""}.`,
    ),
    ...listed("Capabilities", plan.capabilities),
    ...listed("Ports", plan.ports),
    ...listed("Secrets", plan.secrets),
    ...(changes.since === null
      ? []
      : changes.added.map((text) => `New since it was approved: ${text}`)),
    ...plan.warnings,
  ];
}

/** Why an action would be refused, for other reasons than what was not granted. */
export function otherProblems({ problems, missing }: Plan): readonly string[] {
  return missing.length === 0 ? problems : problems.filter((text) => !NOT_GRANTED.test(text));
}

const NOT_GRANTED = /^Bundle \S+ needs .* which was not granted\./;

function missingWords({ missing, bundle }: Plan): readonly string[] {
  if (missing.length === 0) return [];
  const it = missing.length === 1 ? "it" : "them";
  return [
    ...missing.map(
      (power) =>
        `Bundle ${bundle.name} needs ${powerInWords(power)}, which was not granted: ${power.flag}`,
    ),
    `If you trust the bundle with this, and through it with the host, press A: it has ${it} then until you revoke ${it}.`,
  ];
}

function listed(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${title}: ${items.join(", ")}.`];
}
