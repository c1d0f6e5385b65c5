import { z } from "zod";

/** One value that a user may give, with the JSON Schema that it has to fit. */
export const ExplainedParameter = z.object({
  name: z.string(),
  /** `string`, `integer`, `number`, `boolean`, `object`, `array`, `file`, or `any`. */
  type: z.string(),
  description: z.string().exactOptional(),
  /** A value has to be given: there is no default. */
  required: z.boolean(),
  sensitive: z.boolean(),
  default: z.json().exactOptional(),
  /** JSON Schema, draft 7. */
  schema: z.record(z.string(), z.unknown()),
  /** Absent: every action. */
  applyTo: z.array(z.string()).exactOptional(),
});
export type ExplainedParameter = z.infer<typeof ExplainedParameter>;

/** A secret that the user brings to each run. */
export const ExplainedCredential = z.object({
  name: z.string(),
  description: z.string().exactOptional(),
  required: z.boolean(),
  applyTo: z.array(z.string()).exactOptional(),
});
export type ExplainedCredential = z.infer<typeof ExplainedCredential>;

/** A bundle as a user needs to know it before anything runs. */
export const ExplainedBundle = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().exactOptional(),
  /** install, upgrade and uninstall first. */
  actions: z.array(
    z.object({ name: z.string(), description: z.string().exactOptional(), stateless: z.boolean() }),
  ),
  parameters: z.array(ExplainedParameter),
  credentials: z.array(ExplainedCredential),
  outputs: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      description: z.string().exactOptional(),
      sensitive: z.boolean(),
    }),
  ),
  /** What the bundle asks of whoever runs it, such as access to the Docker engine. */
  requires: z.array(z.string()),
});
export type ExplainedBundle = z.infer<typeof ExplainedBundle>;
