import type { EngineReach } from "@gantry/driver-package";
import { type Denied, lacks, refused } from "../denied.ts";

/** A thing of the owner's that a request names, or a file of the host for its log, and how its id gets into the request. */
export interface Reference {
  readonly kind: "container" | "network" | "volume" | "image" | "log";
  readonly ref: string;
  readonly replace: (id: string) => void;
}

/** What is found while a body is read. */
export interface Findings {
  readonly hasReach: (reach: EngineReach) => boolean;
  /** To be looked up once the whole body was found good. */
  readonly references: Reference[];
}

/** Where a value stands, and how another takes its place. */
export interface Place {
  /** As a person would write it: `HostConfig.Privileged`. */
  readonly name: string;
  readonly findings: Findings;
  readonly replace: (value: unknown) => void;
}

/** Reads one field. Throws `Denied` for what the grant does not allow. */
export type Rule = (value: unknown, place: Place) => void;
export type Fields = Readonly<Record<string, Rule>>;

/** Whatever it says, it widens nothing. */
export const free: Rule = () => undefined;

/** Nothing but what is meant when the field is left out. */
export const unset: Rule = (value, { name }) => {
  if (!isZero(value)) throw refused(`${name} = ${show(value)}`);
};

/** Anything with that reach; without it, only what is meant when the field is left out. */
export function withReach(reach: EngineReach): Rule {
  return (value, place) => {
    if (!isZero(value)) need(reach, `${place.name} = ${show(value)}`, place);
  };
}

/** These values; others with that reach. */
export function oneOf(values: readonly unknown[], reach?: EngineReach): Rule {
  return (value, place) => {
    if (isZero(value) || values.includes(value)) return;
    if (reach === undefined) throw refused(`${place.name} = ${show(value)}`);
    need(reach, `${place.name} = ${show(value)}`, place);
  };
}

/** An object with these fields, written exactly so: the engine does not mind capitals, and takes other words of a field for it. */
export function object(fields: Fields): Rule {
  return (value, place) => {
    if (value === null) return;
    if (!isRecord(value)) throw refused(`${place.name}, which is no object,`);
    for (const [key, inner] of Object.entries(value)) {
      const name = place.name === "" ? key : `${place.name}.${key}`;
      const rule = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (rule === undefined) throw refused(`Field ${name.slice(0, 100)}`);
      rule(inner, { ...place, name, replace: (next) => void (value[key] = next) });
    }
  };
}

/** A list, each of whose entries is read by the rule. */
export function each(rule: Rule): Rule {
  return (value, place) => {
    if (isZero(value)) return;
    if (!Array.isArray(value)) throw refused(`${place.name}, which is no list,`);
    for (const [index, item] of value.entries()) {
      const name = `${place.name}[${index}]`;
      rule(item, { ...place, name, replace: (next) => void (value[index] = next) });
    }
  };
}

/** An object whose keys may be anything. */
export function record(rule: Rule): Rule {
  return (value, place) => {
    if (isZero(value)) return;
    if (!isRecord(value)) throw refused(`${place.name}, which is no object,`);
    for (const [key, inner] of Object.entries(value)) {
      const name = `${place.name}.${key}`;
      rule(inner, { ...place, name, replace: (next) => void (value[key] = next) });
    }
  };
}

/** Throws when the grant lacks `reach`. */
export function need(reach: EngineReach, what: string, { findings }: Place): void {
  if (!findings.hasReach(reach)) throw lacks(`reach: ${reach}`, what);
}

/** For a rule about text: what is no text is refused. */
export function textOf(value: unknown, { name }: Place): string {
  if (typeof value !== "string") throw refused(`${name}, which is no text,`);
  return value;
}

export function refusedField(place: Place, value: unknown): Denied {
  return refused(`${place.name} = ${show(value)}`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the engine's language takes for "not given". */
export function isZero(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0 || value === "")
    return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

/** A value for a message: short. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
