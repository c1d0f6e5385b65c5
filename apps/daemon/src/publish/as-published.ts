import type { Bundle } from "@gantry/cnab";
import { type Descriptor, parseReference, type Reference } from "@gantry/oci";

/** The images of a bundle, as they are in its repository. */
export interface PublishedImages {
  readonly invocation: Descriptor;
  /** By the name of the component. */
  readonly components: Readonly<Record<string, Descriptor>>;
}

/** A bundle as it is published, and where its images are. */
export interface AsPublished {
  readonly bundle: Bundle;
  readonly relocation: Readonly<Record<string, string>>;
}

/** The bundle with the digest, size and type of each image, and the relocation map. The rest stays as it is. */
export function asPublished(
  built: Bundle,
  target: Reference,
  { invocation, components }: PublishedImages,
): AsPublished {
  const repository = target.familiar.replace(/:[^/:]*$/, "");
  const at = ({ digest }: Descriptor): string => `${repository}@${digest}`;
  const [first, ...others] = built.invocationImages.map((image) => ({
    ...image,
    image: at(invocation),
    ...factsOf(invocation),
  }));
  const images = Object.entries(built.images ?? {}).flatMap(([name, image]) => {
    const copied = components[name];
    if (copied === undefined) return [];
    return [{ name, copied, image: { ...image, image: digested(image.image, copied) } }];
  });
  const bundle: Bundle = {
    ...built,
    invocationImages: first === undefined ? others : [first],
    ...(built.images === undefined
      ? {}
      : {
          images: Object.fromEntries(
            images.map(({ name, image, copied }) => [name, { ...image, ...factsOf(copied) }]),
          ),
        }),
  };
  const moved = images.map(({ image, copied }) => [image.image, at(copied)]);
  return { bundle, relocation: Object.fromEntries([[at(invocation), at(invocation)], ...moved]) };
}

function factsOf({ digest, size, mediaType }: Descriptor) {
  return { contentDigest: digest, size, mediaType };
}

/** As the author wrote it, by digest: a tag may be moved. */
function digested(image: string, { digest }: Descriptor): string {
  if (parseReference(image).digest !== undefined) return image;
  return `${image.replace(/:[^/:]*$/, "")}@${digest}`;
}
