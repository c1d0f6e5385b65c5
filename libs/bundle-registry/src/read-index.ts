import type { Bundle } from "@gantry/cnab";
import { type Descriptor, type Index, OciError, type Reference } from "@gantry/oci";
import { COMPONENT_NAME, MANIFEST_KIND } from "./names.ts";

/** The manifest of the bundle.json; `undefined` when the index is not that of a bundle. */
export function configOf({ manifests }: Pick<Index, "manifests">): Descriptor | undefined {
  return manifests.find((entry) => kindOf(entry) === "config");
}

/**
 * The relocation map: each image that the bundle names, to where it lies in the repository of the index.
 * Throws `invalid-content` when an image is not there.
 */
export function relocationOf(
  { manifests }: Pick<Index, "manifests">,
  bundle: Bundle,
  { familiar }: Pick<Reference, "familiar">,
): Record<string, string> {
  const repository = familiar.replace(/@.*$/, "").replace(/:[^/]*$/, "");
  const invocation = manifests.filter((entry) => kindOf(entry) === "invocation");
  const at = (image: string, entry: Descriptor | undefined): [string, string] => {
    if (entry === undefined) throw incomplete(image, familiar);
    return [image, `${repository}@${entry.digest}`];
  };
  return Object.fromEntries([
    ...bundle.invocationImages.map(({ image, contentDigest }, place) =>
      at(image, invocation.find(({ digest }) => digest === contentDigest) ?? invocation[place]),
    ),
    ...Object.entries(bundle.images ?? {}).map(([name, { image }]) =>
      at(
        image,
        manifests.find((entry) => entry.annotations?.[COMPONENT_NAME] === name),
      ),
    ),
  ]);
}

function kindOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[MANIFEST_KIND];
}

function incomplete(image: string, reference: string): OciError {
  return new OciError(
    "invalid-content",
    `The bundle at ${reference} names the image ${image}, which was not published with it.`,
    { hint: "Publish the bundle again; a current tool publishes all images of it." },
  );
}
