import { createHash } from "node:crypto";

/** Everything that decides what a step makes, by names that people understand. */
export interface StepInputs {
  /** Chain id of the layers below, or `scratch`. */
  readonly parent: string;
  /** What the first step of a stage is built on, for people: `debian:12 (sha256:…)`. It does not decide anything. */
  readonly base?: string | undefined;
  /** The instruction as written. It does not decide anything. */
  readonly written: string;
  /** The instruction, expanded. */
  readonly instruction: string;
  /** Name to value, such as `file run.sh`, `build argument X`, `environment variable PATH`. */
  readonly facts: ReadonlyMap<string, string>;
}

/** What is remembered of a step to say later why it was not cached: digests only, as a value may be private. */
export interface StepTrace {
  readonly parent: string;
  readonly base: string;
  readonly written: string;
  readonly instruction: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** Changes whenever the meaning of inputs does: older entries are then never found. */
const VERSION = 1;

/** Key of the step's result: equal inputs, equal key, on every machine. */
export function stepKey(inputs: StepInputs): string {
  const facts = [...inputs.facts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([VERSION, inputs.parent, inputs.instruction, facts]));
}

/** What to remember. */
export function traceOf(inputs: StepInputs): StepTrace {
  const facts = [...inputs.facts].map(([name, value]) => [name, short(value)] as const);
  return {
    parent: inputs.parent,
    base: inputs.base ?? "",
    written: short(inputs.written),
    instruction: short(inputs.instruction),
    facts: Object.fromEntries(facts),
  };
}

/** The first thing that differs from the step as it was last time; `undefined` when nothing does. */
export function firstChange(before: StepTrace, now: StepTrace): string | undefined {
  if (now.written !== before.written) return "the instruction changed";
  const fact = changedFact(before.facts, now.facts);
  if (fact !== undefined) return fact;
  if (now.instruction !== before.instruction) return "a variable in the instruction changed";
  if (now.parent === before.parent) return undefined;
  const isBase = before.base !== "" && now.base !== "";
  return isBase
    ? `base image changed from ${before.base} to ${now.base}`
    : "parent step was rebuilt";
}

function changedFact(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string | undefined {
  for (const [name, value] of Object.entries(now)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (old === undefined) return `${subject(name)} was added`;
    if (old !== value) return `${subject(name)} changed`;
  }
  const gone = Object.keys(before).find((name) => !Object.hasOwn(now, name));
  return gone === undefined ? undefined : `${subject(gone)} was removed`;
}

/** A file goes by its name alone. */
function subject(name: string): string {
  return name.startsWith("file ") ? name.slice("file ".length) : name;
}

function short(value: string): string {
  return sha256(value).slice(0, 16);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
