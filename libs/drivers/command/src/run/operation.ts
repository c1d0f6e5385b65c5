import type { RunSpec } from "@gantry/driver-api";
import { z } from "zod";

const BUNDLE_PATH = "/cnab/bundle.json";
const CLAIM_PATH = "/cnab/claim.json";

const InvocationImage = z.looseObject({ image: z.string(), contentDigest: z.string().optional() });
const Output = z.looseObject({ path: z.string(), applyTo: z.array(z.string()).optional() });
const Bundle = z.looseObject({
  invocationImages: z.array(InvocationImage).default([]),
  outputs: z.record(z.string(), Output).default({}),
});
const Claim = z.looseObject({
  installation: z.string().optional(),
  revision: z.string().optional(),
  action: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});

/** The document that a `cnab-NAME` executable reads on its stdin, with the field names of the CNAB Go library. */
export interface Operation {
  readonly installation_name: string;
  readonly revision: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>> | null;
  readonly image: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Name of each output by its path in the container. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly Bundle: unknown;
}

/** Puts a run into the words of an operation. What the spec does not say is taken from the bundle and the claim among its files. */
export function toOperation(spec: RunSpec): Operation {
  const environment = Object.fromEntries(
    spec.environment.map(({ name, value }) => [name, value] as const),
  );
  const document = jsonFile(spec, BUNDLE_PATH);
  const bundle = Bundle.safeParse(document).data;
  const claim = Claim.safeParse(jsonFile(spec, CLAIM_PATH)).data;
  const action = environment["CNAB_ACTION"] ?? claim?.action ?? "";
  return {
    installation_name: environment["CNAB_INSTALLATION_NAME"] ?? claim?.installation ?? "",
    revision: environment["CNAB_REVISION"] ?? claim?.revision ?? "",
    action,
    parameters: claim?.parameters ?? null,
    image: imageOf(spec, bundle),
    environment,
    files: Object.fromEntries(
      spec.files.map(({ path, content }) => [path, Buffer.from(content).toString("utf8")]),
    ),
    outputs: outputsOf(bundle, action),
    Bundle: document ?? null,
  };
}

function jsonFile({ files }: RunSpec, path: string): unknown {
  const file = files.find((each) => each.path === path);
  if (file === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(file.content).toString("utf8"));
  } catch {
    return undefined;
  }
}

function imageOf({ image }: RunSpec, bundle: z.output<typeof Bundle> | undefined) {
  const declared = bundle?.invocationImages.find(
    (each) => each.contentDigest === image.digest || each.image === image.reference,
  );
  const name = image.reference ?? declared?.image ?? image.digest ?? image.id ?? "";
  const contentDigest = image.digest ?? declared?.contentDigest;
  return {
    imageType: "oci",
    ...declared,
    image: name,
    ...(contentDigest === undefined ? {} : { contentDigest }),
  };
}

function outputsOf(
  bundle: z.output<typeof Bundle> | undefined,
  action: string,
): Record<string, string> {
  const outputs = Object.entries(bundle?.outputs ?? {});
  const applying = outputs.filter(
    ([, { applyTo }]) => applyTo === undefined || applyTo.length === 0 || applyTo.includes(action),
  );
  return Object.fromEntries(applying.map(([name, { path }]) => [path, name]));
}
