import { createHash } from "node:crypto";
import type { Manifest } from "./manifest.ts";

const HOST = "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?";
const PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = `(?:${HOST}/)?${PART}(?:/${PART})*`;
const REFERENCE = new RegExp(
  `^(?<repository>${REPOSITORY})(?::(?<tag>[\\w][\\w.-]{0,127}))?(?:@(?<digest>[a-z0-9+._-]+:[0-9a-fA-F]{32,}))?$`,
);

interface Reference {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Takes an OCI reference apart; `undefined` when it is none. */
export function parseReference(text: string): Reference | undefined {
  const groups = REFERENCE.exec(text)?.groups;
  const repository = groups?.["repository"];
  if (repository === undefined) return undefined;
  return { repository, tag: groups?.["tag"], digest: groups?.["digest"] };
}

/** Whether this names a repository and nothing more. */
export function isImageRepository(text: string): boolean {
  const parsed = parseReference(text);
  return parsed?.tag === undefined && parsed?.digest === undefined && parsed !== undefined;
}

/** Where a bundle is published, and under which name its image is built. */
export interface BundleReference {
  /** `REGISTRY/NAME:TAG`. */
  readonly reference: string;
  readonly repository: string;
  /** As given, else `v` and the version with `+` written as `_`. */
  readonly tag: string;
  /** `REPOSITORY:porter-<md5 of the reference>`: the image before it is published. */
  readonly buildImage: string;
}

/** Applies Porter's rules for names and tags. The manifest has been checked, so this cannot fail. */
export function bundleReference(
  manifest: Pick<Manifest, "name" | "version" | "registry" | "reference">,
): BundleReference {
  const named = manifest.reference ?? `${manifest.registry ?? ""}/${repositoryName(manifest.name)}`;
  const parsed = parseReference(named);
  const repository = parsed?.repository ?? named;
  const tag = parsed?.tag ?? `v${manifest.version.replaceAll("+", "_")}`;
  const reference = `${repository}:${tag}`;
  const hash = createHash("md5").update(reference).digest("hex");
  return { reference, repository, tag, buildImage: `${repository}:porter-${hash}` };
}

/** A bundle's name may be anything printable; a repository's may not. */
function repositoryName(name: string): string {
  const safe = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._/-]+/g, "-")
    .replaceAll(/^[._/-]+|[._/-]+$/g, "");
  return safe === "" ? "bundle" : safe;
}
