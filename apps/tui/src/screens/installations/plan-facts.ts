import type { Plan } from "@gantry/protocol";
import { formatBytes } from "@gantry/terminal-text";
import type { Style } from "../../theme/style.ts";

/** One line of a plan: what it is about, and what would be. */
export interface PlanFact {
  readonly name: string;
  readonly texts: readonly string[];
  /** How much it stands out. */
  readonly style?: Style;
}

/** What a plan says, in the order of the command's own output. */
export function planFacts(plan: Plan): readonly PlanFact[] {
  return [...whereFacts(plan), ...reachFacts(plan), ...contentFacts(plan)];
}

function whereFacts({ bundle, image, endpoint, user }: Plan): readonly PlanFact[] {
  const changed = image.changed.length === 0 ? "it never was" : image.changed.join(", ");
  const built =
    image.state === "to-build"
      ? `will be built: ${changed}`
      : (image.digest ?? image.id ?? "no digest is known");
  const others = endpoint.passedOver.map((one) => `not ${one.endpoint}, which ${one.text}`);
  return [
    { name: "Bundle", texts: [`${bundle.name} ${bundle.version}`] },
    {
      name: "Image",
      texts: [image.reference.replace(/@.*$/, ""), built, ...given(image.platform)],
    },
    { name: "Endpoint", texts: [endpoint.reason, ...others] },
    ...(endpoint.away === undefined
      ? []
      : [fact("", `${endpoint.name} is away: ${endpoint.away}`, "warning")]),
    { name: "Runs as", texts: [user ?? "the image's user"] },
  ];
}

const ENGINE: Readonly<Record<Plan["engineSocket"], string>> = {
  none: "none",
  brokered: "its own containers only, through a filtered socket",
  raw: "all of the engine, and through it the host",
};

function reachFacts(plan: Plan): readonly PlanFact[] {
  const { privileged, capabilities, engineSocket, network, ports } = plan;
  const isUsual = network === "default" || network === "none";
  return [
    privileged
      ? fact("Privileged", "yes: everything on the host", "bad")
      : fact("Privileged", "no", "quiet"),
    loud("Capabilities", capabilities),
    fact("Engine", ENGINE[engineSocket], engineSocket === "none" ? "quiet" : "warning"),
    fact("Network", network, isUsual ? "quiet" : "warning"),
    loud("Ports", network === "host" ? ["any of the host"] : ports),
    loud("Mounts", plan.mounts.map(mountText)),
    listed("Limits", limitsOf(plan)),
  ];
}

function mountText({ source, target, readOnly }: Plan["mounts"][number]): string {
  return `${source} at ${target} (${readOnly ? "read only" : "read and write"})`;
}

function limitsOf({ limits: { memoryBytes, cpus, pids } }: Plan): readonly string[] {
  return [
    ...(memoryBytes === undefined ? [] : [`${formatBytes(memoryBytes)} of memory`]),
    ...(cpus === undefined ? [] : [`${cpus} processors`]),
    ...(pids === undefined ? [] : [`${pids} processes`]),
  ];
}

function contentFacts({ secrets, environment, files, outputs }: Plan): readonly PlanFact[] {
  const paths = files.map(({ path, mode, owner, sensitive }) =>
    marked(`${path} ${mode} ${owner}`, sensitive),
  );
  const names = (all: readonly { readonly name: string; readonly sensitive: boolean }[]) =>
    all.map(({ name, sensitive }) => marked(name, sensitive)).join(", ");
  return [
    fact("Secrets", secrets.join(", ") || "none", "quiet"),
    fact("Environment", names(environment) || "none", "quiet"),
    listed("Files", paths),
    fact("Outputs", names(outputs) || "none", "quiet"),
  ];
}

function marked(text: string, sensitive: boolean): string {
  return sensitive ? `${text} (secret)` : text;
}

function given(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

function fact(name: string, text: string, style: Style): PlanFact {
  return { name, texts: [text], style };
}

/** Things that are better none. */
function loud(name: string, texts: readonly string[]): PlanFact {
  return texts.length === 0 ? fact(name, "none", "quiet") : { name, texts, style: "warning" };
}

function listed(name: string, texts: readonly string[]): PlanFact {
  return texts.length === 0 ? fact(name, "none", "quiet") : { name, texts, style: "quiet" };
}
