import { z } from "zod";
import { closedPart, part } from "./part.ts";

const text = z.string();
const names = z.array(text).optional();
const map = <T extends z.ZodType>(item: T) => z.record(text, item).optional();

const imageShape = {
  /** A reference such as `example.com/app:1.0`. */
  image: text.min(1),
  /** `oci` when absent. */
  imageType: text.optional(),
  /** Digest of the manifest or index in its registry, never an image id. */
  contentDigest: text.optional(),
  /** Bytes. */
  size: z.int().nonnegative().optional(),
  labels: map(text),
  mediaType: text.optional(),
};

/** An image that carries the run tool (CNAB Core 101, "Invocation Images"). */
export const InvocationImage = part(imageShape);
export type InvocationImage = z.infer<typeof InvocationImage>;

/** An image that the bundle deploys (CNAB Core 101, "The Image Map"). */
export const ComponentImage = part({ ...imageShape, description: text.optional() });
export type ComponentImage = z.infer<typeof ComponentImage>;

const Destination = part({ env: text.optional(), path: text.optional() });

/** A value that the user may set (CNAB Core 101, "Parameters"); its type is `definitions[definition]`. */
export const Parameter = part({
  definition: text,
  destination: Destination,
  /** Every action when absent or empty. */
  applyTo: names,
  description: text.optional(),
  required: z.boolean().optional(),
});
export type Parameter = z.infer<typeof Parameter>;

/** A secret that the user brings to each run (CNAB Core 101, "Credentials"). Never stored. */
export const Credential = part({
  env: text.optional(),
  path: text.optional(),
  description: text.optional(),
  required: z.boolean().optional(),
  applyTo: names,
});
export type Credential = z.infer<typeof Credential>;

/** A file that an action leaves behind (CNAB Core 101, "Outputs"). */
export const Output = part({
  definition: text,
  path: text,
  applyTo: names,
  description: text.optional(),
});
export type Output = z.infer<typeof Output>;

/** An action beyond install, upgrade and uninstall (CNAB Core 101, "Custom Actions"). */
export const CustomAction = part({
  title: text.optional(),
  description: text.optional(),
  modifies: z.boolean().optional(),
  stateless: z.boolean().optional(),
});
export type CustomAction = z.infer<typeof CustomAction>;

/** A JSON Schema, draft 7 (CNAB Core 101, "Definitions"). */
export const Definition = z.union([z.boolean(), z.record(text, z.unknown())]);
export type Definition = z.infer<typeof Definition>;

const Maintainer = part({ name: text.optional(), email: text.optional(), url: text.optional() });

/**
 * bundle.json of CNAB Core 1.2. Null stands for absent, unknown nested members and all of `custom`
 * are kept, unknown members of the document itself are refused. Its shape only: for its meaning see
 * `validateBundle`.
 */
export const Bundle = closedPart({
  schemaVersion: text,
  name: text,
  version: text,
  description: text.optional(),
  keywords: names,
  license: text.optional(),
  maintainers: z.array(Maintainer).optional(),
  /** In order of preference. */
  invocationImages: z.array(InvocationImage).min(1),
  images: map(ComponentImage),
  actions: map(CustomAction),
  parameters: map(Parameter),
  credentials: map(Credential),
  outputs: map(Output),
  definitions: map(Definition),
  requiredExtensions: names,
  custom: map(z.unknown()),
});
export type Bundle = z.infer<typeof Bundle>;
