import { readFile } from "node:fs/promises";
import type { Manifest, Scope } from "@gantry/manifest";
import type { Inputs } from "./inputs.ts";
import type { Paths } from "./paths.ts";
import type { StepOutputs } from "./step-outputs.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ScopeOptions {
  readonly manifest: Manifest;
  readonly inputs: Inputs;
  readonly outputs: StepOutputs;
  readonly images: Images;
  readonly env: Environment;
}

/** Everything a step's templates may name. Outputs are read from their files only when they are named. */
export function buildScope({ manifest, inputs, outputs, images, env }: ScopeOptions): Scope {
  return {
    installation: {
      name: env["PORTER_INSTALLATION_NAME"] ?? env["CNAB_INSTALLATION_NAME"] ?? "",
      namespace: env["PORTER_INSTALLATION_NAMESPACE"] ?? "",
      id: env["PORTER_INSTALLATION_ID"] ?? "",
    },
    bundle: {
      name: manifest.name,
      version: manifest.version,
      description: manifest.description ?? "",
      installerImage: images.installerImage,
      images: images.byAlias,
      custom: manifest.custom,
      parameters: inputs.parameters,
      credentials: inputs.credentials,
      outputs: outputs.asScope(),
    },
    env,
  };
}

/** The images of bundle.json, where they are after relocation. */
export interface Images {
  readonly installerImage: string;
  readonly byAlias: Readonly<Record<string, unknown>>;
}

/** Reads what the runtime says of images. Without bundle.json there are none. */
export async function readImages(paths: Paths): Promise<Images> {
  const bundle = await readJson(paths.bundle);
  const relocation = record(await readJson(paths.relocation));
  const relocated = (image: unknown) => {
    const reference = typeof image === "string" ? image : "";
    const moved = Object.hasOwn(relocation, reference) ? relocation[reference] : undefined;
    return typeof moved === "string" ? moved : reference;
  };
  const [installer] = list(record(bundle)["invocationImages"]);
  const aliases = Object.entries(record(record(bundle)["images"]));
  return {
    installerImage: relocated(digested(record(installer))),
    byAlias: Object.fromEntries(
      aliases.map(([alias, image]) => [alias, describe(record(image), relocated)]),
    ),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function describe(image: Fields, relocated: (image: unknown) => string): Fields {
  const { repository, tag, digest } = takeApart(relocated(image["image"]));
  return {
    description: image["description"] ?? "",
    imageType: image["imageType"] ?? "oci",
    repository,
    tag,
    digest: digest === "" ? (image["contentDigest"] ?? "") : digest,
    size: image["size"] ?? 0,
    mediaType: image["mediaType"] ?? "",
    labels: image["labels"] ?? {},
  };
}

function takeApart(reference: string) {
  const [name = "", digest = ""] = reference.split("@");
  const tagAt = name.lastIndexOf(":");
  const hasTag = tagAt > name.lastIndexOf("/");
  return {
    repository: hasTag ? name.slice(0, tagAt) : name,
    tag: hasTag ? name.slice(tagAt + 1) : "",
    digest,
  };
}

function digested({ image, contentDigest }: Fields): unknown {
  if (typeof image !== "string" || typeof contentDigest !== "string" || image.includes("@"))
    return image;
  return `${takeApart(image).repository}@${contentDigest}`;
}

async function readJson(file: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return value;
  } catch {
    return undefined;
  }
}

function record(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
