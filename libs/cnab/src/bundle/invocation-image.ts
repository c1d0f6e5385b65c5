import { BundleError, problem } from "../problem.ts";
import type { Bundle, InvocationImage } from "./schema.ts";

/** How the images to choose from are restricted. */
export interface ImageChoice {
  /** Whether whoever runs the image takes this type; an image without one is `oci`. */
  readonly handles: (imageType: string) => boolean;
  /** `linux/amd64`: images whose labels name another system or architecture are passed over. */
  readonly platform?: string | undefined;
}

/**
 * The invocation image to run: the first listed that fits (CNAB Core 101, "Invocation Images"), with its
 * `imageType` filled in. Throws a `BundleError` when none does.
 */
export function selectInvocationImage(
  bundle: Bundle,
  choice: ImageChoice,
): InvocationImage & { readonly imageType: string } {
  const found = bundle.invocationImages
    .map((image) => ({ ...image, imageType: image.imageType ?? "oci" }))
    .find((image) => choice.handles(image.imageType) && isFor(image, choice.platform));
  if (found !== undefined) return found;
  throw noImage(bundle, choice.platform);
}

function isFor(image: InvocationImage, platform: string | undefined): boolean {
  const [os, architecture] = platform?.split("/") ?? [];
  const wanted = { os, architecture };
  return Object.entries(wanted).every(([label, value]) => {
    const labelled = image.labels?.[label];
    return value === undefined || labelled === undefined || labelled === value;
  });
}

function noImage(bundle: Bundle, platform: string | undefined): BundleError {
  const types = [...new Set(bundle.invocationImages.map((image) => image.imageType ?? "oci"))];
  const where = platform === undefined ? "" : ` on ${platform}`;
  const message = `No invocation image of "${bundle.name}" can be run${where}: it has ${types.join(", ")}.`;
  const hint = "Choose a driver that handles one of these image types.";
  const path = "/invocationImages";
  return new BundleError([problem({ code: "no-invocation-image", path, message, hint })]);
}
