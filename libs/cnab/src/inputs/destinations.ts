import { appliesTo } from "../bundle/actions.ts";
import type { Bundle } from "../bundle/schema.ts";
import { pointer } from "../json/json-value.ts";
import { type Problem, problem } from "../problem.ts";
import { type Fault, placeOf, variableFault } from "./place.ts";

/** One variable or file that a parameter or a credential fills. */
export interface Destination {
  readonly kind: "parameter" | "credential";
  readonly name: string;
  readonly via: "env" | "path";
  /** The variable's name, or the normalised path. */
  readonly target: string;
  readonly applyTo: string[] | undefined;
  readonly path: string;
}

/** Where the inputs of a bundle go, of one action or of all, and what is wrong with it. */
export interface Destinations {
  readonly destinations: readonly Destination[];
  readonly problems: readonly Problem[];
}

/** Collects and checks the destinations (CNAB Core 101, "Resolving Destination Conflicts"). */
export function destinationsOf(bundle: Bundle, action?: string): Destinations {
  const found = [...parametersOf(bundle), ...credentialsOf(bundle)]
    .filter((input) => action === undefined || appliesTo(input, action))
    .map(check);
  const destinations = found.flatMap((one) => one.destinations);
  return {
    destinations,
    problems: [...found.flatMap((one) => one.problems), ...conflicts(destinations)],
  };
}

interface Input extends Pick<Destination, "kind" | "name" | "applyTo" | "path"> {
  readonly env: string | undefined;
  readonly file: string | undefined;
}

function parametersOf(bundle: Bundle): readonly Input[] {
  return Object.entries(bundle.parameters ?? {}).map(([name, { destination, applyTo }]) => ({
    kind: "parameter",
    name,
    applyTo,
    path: pointer("parameters", name, "destination"),
    env: destination.env,
    file: destination.path,
  }));
}

function credentialsOf(bundle: Bundle): readonly Input[] {
  return Object.entries(bundle.credentials ?? {}).map(([name, credential]) => ({
    kind: "credential",
    name,
    applyTo: credential.applyTo,
    path: pointer("credentials", name),
    env: credential.env,
    file: credential.path,
  }));
}

function check(input: Input): Destinations {
  const { kind, name, applyTo } = input;
  if (input.env === undefined && input.file === undefined) return nowhere(input);
  const results: Destinations[] = [];
  if (input.env !== undefined) {
    const path = `${input.path}/env`;
    const destination = { kind, name, via: "env", target: input.env, applyTo, path } as const;
    results.push(settled(destination, variableFault(input.env)));
  }
  if (input.file !== undefined) {
    const path = `${input.path}/path`;
    const place = placeOf(input.file);
    const target = "path" in place ? place.path : input.file;
    const destination = { kind, name, via: "path", target, applyTo, path } as const;
    results.push(settled(destination, "fault" in place ? place : undefined));
  }
  return {
    destinations: results.flatMap((result) => result.destinations),
    problems: results.flatMap((result) => result.problems),
  };
}

function settled(destination: Destination, fault: Fault | undefined): Destinations {
  if (fault === undefined) return { destinations: [destination], problems: [] };
  const { kind, name, via, target, path } = destination;
  const what = via === "env" ? `environment variable "${target}"` : `path "${target}"`;
  const message = `The ${kind} "${name}" cannot go to the ${what}: it ${fault.fault}.`;
  const hint = `Give the ${kind} another ${via === "env" ? "variable" : "path"}.`;
  const code = fault.isReserved ? "destination-reserved" : "destination";
  return { destinations: [], problems: [problem({ code, path, message, hint })] };
}

function nowhere({ kind, name, path }: Input): Destinations {
  const message = `The ${kind} "${name}" has no destination.`;
  const hint = "Set env, path or both.";
  return { destinations: [], problems: [problem({ code: "destination", path, message, hint })] };
}

/** Of each destination the first other one that it meets: at the same target, or a file above it. */
function conflicts(all: readonly Destination[]): readonly Problem[] {
  const byTarget = Map.groupBy(all, ({ via, target }) => `${via} ${target}`);
  return all.flatMap((destination) => {
    const same = byTarget.get(`${destination.via} ${destination.target}`) ?? [];
    const earlier = same.slice(0, same.indexOf(destination));
    const above = filesAbove(destination).flatMap((file) => byTarget.get(`path ${file}`) ?? []);
    const other = [...earlier, ...above].find((one) => meet(one, destination));
    return other === undefined ? [] : [shared(other, destination)];
  });
}

/** The paths that must be directories for the destination's file to exist. */
function filesAbove({ via, target }: Destination): readonly string[] {
  const parts = via === "path" ? target.split("/") : [];
  return parts.slice(2).map((_, index) => parts.slice(0, index + 2).join("/"));
}

function shared(other: Destination, { kind, name, path, via, target }: Destination): Problem {
  const what = via === "env" ? "environment variable" : "path";
  const message = `The ${other.kind} "${other.name}" and the ${kind} "${name}" share the ${what} "${other.target}".`;
  const where = target === other.target ? "" : ` ("${target}" needs it to be a directory)`;
  const hint = `Give each its own destination${where}: neither may replace the other.`;
  return problem({ code: "destination-shared", path, message, hint });
}

/** A parameter never meets a credential, whatever the action; two of a kind may serve different actions. */
function meet(a: Destination, b: Destination): boolean {
  if (a.kind !== b.kind || !a.applyTo?.length || !b.applyTo?.length) return true;
  return a.applyTo.some((action) => b.applyTo?.includes(action));
}
