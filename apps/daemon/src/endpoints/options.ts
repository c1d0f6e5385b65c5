import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { Fault } from "../fault.ts";
import type { Place } from "./config-document.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Compiling takes longer than everything else that an endpoint needs. */
const validators = new WeakMap<Schema, ValidateFunction>();

function validatorOf(schema: Schema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = new Ajv2020({ allErrors: true, strict: false, logger: false }).compile(schema);
  validators.set(schema, made);
  return made;
}

/** The schema of a driver that is not trusted, without regular expressions: matching one of those may take for ever. The driver checks them itself. */
export function withoutPatterns(schema: Schema): Schema {
  const entries = Object.entries(schema).filter(
    ([key, value]) =>
      !(key === "pattern" && typeof value === "string") &&
      !("patternProperties" in schema && /^(pattern|additional)Properties$/.test(key)),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutPatternsIn(value)]));
}

function withoutPatternsIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPatternsIn);
  // A record of unknown values is what any other object is.
  return typeof value === "object" && value !== null ? withoutPatterns(value as Schema) : value;
}

/** The options of an endpoint, and where its user wrote them. */
export interface WrittenOptions {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Where an option is written, by its path; with `key`, where the name of a field in it is. Absent for what the user did not write. */
  readonly locate?: (path: readonly string[], key?: string) => Place | undefined;
}

/** Throws `invalid-options`, naming each option that does not fit the driver's schema, with the place of the first. */
export function checkOptions({ name, options, locate }: WrittenOptions, schema: Schema): void {
  const validate = validatorOf(schema);
  if (validate(options)) return;
  const errors = validate.errors ?? [];
  const details = errors.map(inWords);
  const [first] = errors;
  const place = first === undefined ? undefined : locate?.(partsOf(first), unknownKey(first));
  throw new Fault(
    "invalid-options",
    `The options of endpoint ${name} do not fit its driver: ${details[0]}.`,
    {
      hint: `See \`gantry drivers options ${name}\` for the options that it takes.`,
      details: details.length > 1 ? details : [],
      place,
    },
  );
}

function inWords(error: ErrorObject): string {
  const key = unknownKey(error);
  const extra = key === undefined ? "" : ` (${key})`;
  const allowed: unknown = error.params["allowedValues"];
  const choices = Array.isArray(allowed) ? `: ${allowed.join(", ")}` : "";
  const where = partsOf(error).join(".") || "options";
  return `${where} ${error.message ?? "does not fit"}${extra}${choices}`;
}

function unknownKey({ params }: ErrorObject): string | undefined {
  const key: unknown = params["additionalProperty"];
  return typeof key === "string" ? key : undefined;
}

/** The parts of a JSON pointer. */
function partsOf({ instancePath }: ErrorObject): string[] {
  return instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
