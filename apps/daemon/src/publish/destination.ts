import { bundleReference, type Manifest } from "@gantry/manifest";
import { parseReference, type Reference } from "@gantry/oci";
import { Fault } from "../fault.ts";

/** What a user said of where to publish to, instead of the manifest. */
export interface Elsewhere {
  readonly reference?: string;
  readonly registry?: string;
  readonly tag?: string;
}

type Named = Pick<Manifest, "name" | "version" | "registry" | "reference">;

/**
 * Where a bundle is published: what was asked for, else what the manifest says. The tag is the one asked for, the
 * reference's, or the version's.
 */
export function destinationOf(manifest: Named, { reference, registry, tag }: Elsewhere): Reference {
  const { name, version } = manifest;
  const named =
    reference !== undefined
      ? { name, version, registry: undefined, reference: withoutDigest(reference) }
      : registry !== undefined
        ? { name, version, registry: registry.replace(/\/+$/, ""), reference: undefined }
        : manifest;
  const found = bundleReference(named);
  return parseReference(`${found.repository}:${tag ?? found.tag}`);
}

function withoutDigest(reference: string): string {
  const { digest } = parseReference(reference);
  if (digest === undefined) return reference;
  throw new Fault(
    "input-invalid",
    `${reference} has a digest, and a bundle is published to a tag.`,
    {
      hint: "Leave the digest out of --reference.",
    },
  );
}
