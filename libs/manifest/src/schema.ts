import * as z from "zod";

/** The types a parameter or an output may have. `file` is a string in base64 kept in a file. */
export const VALUE_TYPES = [
  "string",
  "integer",
  "number",
  "boolean",
  "array",
  "object",
  "file",
] as const;

const text = z.string().optional();
const flag = z.boolean().optional();
const number = z.number().optional();
const count = z.int().min(0).optional();
const anything = z.unknown().optional();
const map = z.record(z.string(), z.unknown()).optional();
const list = z.array(z.unknown()).optional();
const actionNames = z.array(z.string()).optional();
const name = z.string().min(1);

/** The JSON Schema draft-07 keywords that a parameter or an output may use. */
const definitionFields = {
  $comment: text,
  $id: text,
  $ref: text,
  type: z.enum(VALUE_TYPES).optional(),
  title: text,
  description: text,
  default: anything,
  enum: list,
  const: anything,
  examples: list,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: number,
  minLength: count,
  maxLength: count,
  pattern: text,
  format: text,
  items: anything,
  additionalItems: anything,
  contains: anything,
  minItems: count,
  maxItems: count,
  uniqueItems: flag,
  properties: map,
  patternProperties: map,
  propertyNames: anything,
  minProperties: count,
  maxProperties: count,
  required: z.array(z.string()).optional(),
  dependencies: map,
  definitions: map,
  additionalProperties: anything,
  contentEncoding: text,
  contentMediaType: text,
  allOf: list,
  anyOf: list,
  oneOf: list,
  not: anything,
  if: anything,
  // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword; no schema is awaited
  then: anything,
  else: anything,
  readOnly: flag,
  writeOnly: flag,
};

export const parameterSchema = z.strictObject({
  name,
  sensitive: flag,
  source: z.strictObject({ output: text, dependency: text }).optional(),
  applyTo: actionNames,
  path: text,
  env: text,
  persistent: flag,
  ...definitionFields,
});

export const outputSchema = z.strictObject({
  name,
  applyTo: actionNames,
  sensitive: flag,
  path: text,
  ...definitionFields,
});

export const credentialSchema = z.strictObject({
  name,
  description: text,
  required: flag,
  applyTo: actionNames,
  path: text,
  env: text,
});

export const stateSchema = z.strictObject({
  name,
  description: text,
  mixin: text,
  path: name,
  env: text,
});

export const imageSchema = z.strictObject({
  description: text,
  imageType: text,
  repository: name,
  digest: text,
  size: count,
  mediaType: text,
  labels: z.record(z.string(), z.string()).optional(),
  tag: text,
});

export const customActionSchema = z.strictObject({
  description: text,
  modifies: flag,
  stateless: flag,
});

const wiring = z.record(z.string(), z.string()).optional();

const dependencySchema = z.strictObject({
  name,
  bundle: z.strictObject({ reference: text, version: text, interface: map }),
  sharing: z
    .strictObject({ mode: flag, group: z.strictObject({ name: text }).optional() })
    .optional(),
  parameters: wiring,
  credentials: wiring,
  outputs: wiring,
});

/** Everything but mixins, steps and required extensions, which have rules that no schema can tell. */
export const manifestSchema = z.strictObject({
  schemaType: text,
  schemaVersion: text,
  name,
  description: text,
  version: name,
  maintainers: z.array(z.strictObject({ name: text, email: text, url: text })).optional(),
  registry: text,
  reference: text,
  dockerfile: text,
  mixins: anything,
  custom: map,
  customActions: z.record(z.string(), customActionSchema).optional(),
  install: anything,
  upgrade: anything,
  uninstall: anything,
  state: z.array(stateSchema).optional(),
  parameters: z.array(parameterSchema).optional(),
  credentials: z.array(credentialSchema).optional(),
  outputs: z.array(outputSchema).optional(),
  images: z.record(z.string(), imageSchema).optional(),
  required: anything,
  dependencies: z
    .strictObject({
      requires: z.array(dependencySchema).optional(),
      provides: z.strictObject({ interface: z.strictObject({ id: text }).optional() }).optional(),
    })
    .optional(),
  files: z.array(z.strictObject({ url: name, destination: name })).optional(),
});

export type ManifestFields = z.infer<typeof manifestSchema>;
