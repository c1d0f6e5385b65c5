import type { ConfigEntry } from "@gantry/protocol";
import type { Field, Form } from "../state/form/form.ts";
import type { ResourceValues } from "../state/resource.ts";
import { choicesOf, isObject, type Schema, textOfOption, typeOf } from "./option-value.ts";

type Known = ResourceValues["options"];

/** The form of an endpoint's options: what its driver's schema says they are, filled with what the configuration has. */
export function optionsForm(
  known: Known,
  wanted: { readonly endpoint: string; readonly isNew: boolean },
): Form {
  const { endpoint, isNew } = wanted;
  const fields = fieldsOf(known.schema, { entries: known.entries, endpoint });
  const isConfigured = known.entries.some(({ key }) => key.startsWith(`endpoints.${endpoint}.`));
  return {
    title: isNew ? `New endpoint ${endpoint}` : `Options of ${endpoint}`,
    purpose: {
      kind: "options",
      endpoint,
      driver: known.driver,
      isConfigured,
      needsMore: fields.some(({ isRequired }) => isRequired),
      before: new Map(fields.map(({ name, value }) => [name, value])),
    },
    fields,
    at: Math.max(
      0,
      fields.findIndex(({ isRequired, value }) => isRequired && value === ""),
    ),
    isChecked: false,
  };
}

interface Written {
  readonly entries: readonly ConfigEntry[];
  readonly endpoint: string;
}

/** A field for each option; those of an object, one level deep, each their own. */
function fieldsOf(schema: Schema, written: Written): readonly Field[] {
  return propertiesOf(schema).flatMap(([name, option]): readonly Field[] => {
    const isRequired = requires(schema, name);
    const inner = typeOf(option) === "object" ? propertiesOf(option) : [];
    if (inner.length === 0) return [optionField(name, option, { isRequired, written })];
    return inner.map(([part, one]) =>
      optionField(`${name}.${part}`, one, {
        isRequired: isRequired && requires(option, part),
        written,
      }),
    );
  });
}

export function propertiesOf({ properties }: Schema): readonly (readonly [string, Schema])[] {
  if (!isObject(properties)) return [];
  return Object.entries(properties).map(([name, one]) => [name, isObject(one) ? one : {}]);
}

function requires({ required, properties }: Schema, name: string): boolean {
  const option = isObject(properties) ? properties[name] : undefined;
  const hasDefault = isObject(option) && option["default"] !== undefined;
  return Array.isArray(required) && required.includes(name) && !hasDefault;
}

function optionField(
  name: string,
  schema: Schema,
  { isRequired, written }: { readonly isRequired: boolean; readonly written: Written },
): Field {
  const choices = choicesOf(schema);
  const { default: given, description } = schema;
  const value = valueIn(written, name);
  return {
    name,
    role: "option",
    kind: isSecret(schema) ? "secret" : choices.length > 0 ? "choice" : "text",
    type: typeOf(schema),
    schema,
    value: value === undefined ? "" : textOfOption(value),
    choices: isRequired ? choices : ["", ...choices],
    isRequired,
    otherwise: given === undefined ? (isRequired ? "" : "not set") : textOfOption(given),
    help: typeof description === "string" ? description : "",
  };
}

/** An option that a schema marks as one whose value is not to be shown. */
export function isSecret({ writeOnly, format }: Schema): boolean {
  return writeOnly === true || format === "password";
}

/** What the configuration says of an option; the parts of an object stand there one by one. */
export function valueIn({ entries, endpoint }: Written, name: string): unknown {
  const key = `endpoints.${endpoint}.options.${name}`;
  const whole = entries.find((entry) => entry.key === key);
  if (whole !== undefined) return whole.value;
  const inner = entries.filter((entry) => entry.key.startsWith(`${key}.`));
  if (inner.length === 0) return undefined;
  const object: Record<string, unknown> = {};
  for (const entry of inner) put(object, entry.key.slice(key.length + 1).split("."), entry.value);
  return object;
}

function put(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) {
    object[first] = value;
    return;
  }
  const inner = object[first];
  const next: Record<string, unknown> = isObject(inner) ? { ...inner } : {};
  put(next, rest, value);
  object[first] = next;
}

/** The form that begins a new endpoint: its driver, and how it is to be called. */
export function endpointForm(
  drivers: readonly string[],
  driver: string,
  taken: readonly string[],
): Form {
  const fields: readonly Field[] = [
    {
      ...PLAIN,
      name: "driver",
      kind: "choice",
      value: driver,
      choices: drivers,
      help: "What it is made with",
    },
    {
      ...PLAIN,
      name: "name",
      schema: { pattern: "^[a-z][a-z0-9-]{0,62}$", not: { enum: taken } },
      help: "Lower-case letters, digits and dashes, as --driver names it",
    },
  ];
  return {
    title: "New endpoint",
    purpose: { kind: "new-endpoint" },
    fields,
    at: 1,
    isChecked: false,
  };
}

const PLAIN = {
  role: "flag",
  kind: "text",
  type: "string",
  schema: {},
  value: "",
  choices: [],
  isRequired: true,
  otherwise: "",
} as const;
