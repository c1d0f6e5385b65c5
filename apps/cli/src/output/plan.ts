import type { Plan, Power } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";
import type { Paint } from "../progress/theme.ts";

type Row = readonly [name: string, lines: readonly string[]];

const WIDTH = 13;
/** Columns of a list of names before it goes on in the next line. */
const LINE = 64;

/** A plan for people: what stands out comes first, what never happens is left out. */
export function planText(plan: Plan, paint: Paint): string {
  const { installation, action, bundle, namespace } = plan;
  const where = namespace === "" ? "" : ` in ${namespace}`;
  const title = `${action} ${installation}${where} (bundle ${bundle.name} ${bundle.version})`;
  const rows = [...wherePart(plan), ...powerPart(plan, paint), ...contentPart(plan)];
  return [
    `${paint("strong", "Plan:")} ${cleanText(title)}\n`,
    "\n",
    ...rows.flatMap(([name, lines]) => rowText(name, lines)),
    ...part("Powers", powerLines(plan, paint), (line) => line),
    ...part("Warnings", plan.warnings.map(cleanText), (line) => paint("warning", line)),
    ...changesPart(plan, paint),
    ...part("It would be refused", plan.problems.map(cleanText), (line) => paint("bad", line)),
  ].join("");
}

function rowText(name: string, lines: readonly string[]): string[] {
  return lines.map(
    (line, index) => `  ${(index === 0 ? name : "").padEnd(WIDTH)}${line}`.trimEnd() + "\n",
  );
}

function wherePart({ bundle, image, endpoint, user }: Plan): Row[] {
  const built =
    image.state === "to-build"
      ? `will be built: ${image.changed.length === 0 ? "it never was" : image.changed.join(", ")}`
      : (image.digest ?? image.id ?? "no digest is known");
  const platform = image.platform === undefined ? [] : [image.platform];
  const away = endpoint.away === undefined ? [] : [`now it ${endpoint.away}`];
  const { published } = bundle;
  const origin: Row[] =
    published === undefined
      ? []
      : [["Published", [published.reference, published.digest].map(cleanText)]];
  return [
    ...origin,
    ["Image", [image.reference, built, ...platform].map(cleanText)],
    ["Endpoint", [reasonText(endpoint), ...away].map(cleanText)],
    ["Runs as", [user ?? "the image's user"].map(cleanText)],
  ];
}

function reasonText({ name, driver, reason, passedOver }: Plan["endpoint"]): string {
  const kind = name === driver ? "" : `, driver ${driver}`;
  const others = passedOver.map((one) => `${one.endpoint} ${one.text}`).join("; ");
  const why = others === "" ? reason.replace(/; --driver.*\)$/, ")") : `${name} (${others})`;
  return `${why}${kind}`;
}

const ENGINE: Readonly<Record<Plan["engineSocket"], string>> = {
  none: "none",
  brokered: "its own containers only, through a filtered socket",
  raw: "all of the engine, and through it the host",
};

function powerPart(plan: Plan, paint: Paint): Row[] {
  const { memoryBytes, cpus, pids } = plan.limits;
  const limits = [
    ...(memoryBytes === undefined ? [] : [`${Math.ceil(memoryBytes / 2 ** 20)} MiB of memory`]),
    ...(cpus === undefined ? [] : [`${cpus} processors`]),
    ...(pids === undefined ? [] : [`${pids} processes`]),
  ];
  const alarm = (text: string, isQuiet: boolean): string =>
    isQuiet ? text : paint("warning", text);
  const mounts = plan.mounts.map(({ source, target, readOnly }) =>
    alarm(
      cleanText(`${source} at ${target} (${readOnly ? "read only" : "read and write"})`),
      readOnly,
    ),
  );
  const isUsual = plan.network === "default" || plan.network === "none";
  return [
    ["Privileged", [plan.privileged ? paint("bad", "yes: everything on the host") : "no"]],
    ["Capabilities", [alarm(orNone(plan.capabilities), plan.capabilities.length === 0)]],
    ["Engine", [alarm(ENGINE[plan.engineSocket], plan.engineSocket === "none")]],
    ["Network", [alarm(cleanText(plan.network), isUsual)]],
    ["Ports", [plan.network === "host" ? "any of the host" : orNone(plan.ports)]],
    ["Mounts", mounts.length === 0 ? ["none"] : mounts],
    ["Limits", [orNone(limits)]],
  ];
}

function contentPart({ secrets, environment, files, outputs }: Plan): Row[] {
  return [
    ["Secrets", wrapped(secrets)],
    ["Environment", wrapped(environment.map(({ name, sensitive }) => marked(name, sensitive)))],
    [
      "Files",
      files.length === 0
        ? ["none"]
        : files.map(({ path, mode, owner, sensitive }) =>
            cleanText(marked(`${path} ${mode} ${owner}`, sensitive)),
          ),
    ],
    ["Outputs", wrapped(outputs.map(({ name, sensitive }) => marked(name, sensitive)))],
  ];
}

function changesPart({ changes: { since, added, removed } }: Plan, paint: Paint): string[] {
  if (since === null) return ["\nNo plan of this installation was approved before.\n"];
  const when = since.replace("T", " ").replace(/\.\d+Z$/, "");
  const lines = [
    ...added.map((fact) => paint("warning", `+ ${cleanText(fact)}`)),
    ...removed.map((fact) => paint("good", `- ${cleanText(fact)}`)),
  ];
  if (lines.length === 0) return [`\nThe same as approved on ${when}.\n`];
  return [
    `\nSince ${when}, when a plan was approved last:\n`,
    ...lines.map((line) => `  ${line}\n`),
  ];
}

/** What is asked for and what is granted, one by one. */
function powerLines({ requested, granted, missing }: Plan, paint: Paint): string[] {
  const nameOf = ({ power, value }: Power): string =>
    cleanText([power, value].filter(Boolean).join(" "));
  const lacking = missing.map((one) => `${nameOf(one)}: asked for, not granted; ${one.flag}`);
  const names = requested.map(nameOf);
  const denied = missing.map(nameOf);
  const unused = granted.map(nameOf).filter((name) => !names.includes(name));
  return [
    ...names.filter((name) => !denied.includes(name)).map((name) => `${name}: asked for, granted`),
    ...lacking.map((line) => paint("bad", cleanText(line))),
    ...unused.map((name) => paint("quiet", `${name}: granted, not asked for`)),
  ];
}

function part(title: string, lines: readonly string[], paint: (line: string) => string): string[] {
  if (lines.length === 0) return [];
  return [`\n${title}:\n`, ...lines.map((line) => `  ${paint(line)}\n`)];
}

/** Names, as many in a line as fit. */
function wrapped(names: readonly string[]): readonly string[] {
  if (names.length === 0) return ["none"];
  const lines: string[] = [];
  for (const name of names.map(cleanText)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length + 2 > LINE) lines.push(name);
    else lines[lines.length - 1] = `${last}, ${name}`;
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line},`));
}

function marked(text: string, sensitive: boolean): string {
  return sensitive ? `${text} (sensitive)` : text;
}

function orNone(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map(cleanText).join(", ");
}
