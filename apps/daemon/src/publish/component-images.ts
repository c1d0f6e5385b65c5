import type { Bundle, ComponentImage } from "@gantry/cnab";
import {
  type Descriptor,
  isOciError,
  OciError,
  parseDigest,
  parseReference,
  type Reference,
  relocateImage,
  withVersion,
} from "@gantry/oci";
import { Fault } from "../fault.ts";
import type { Publishing } from "./publish-room.ts";
import { pushHeldImage } from "./push-held-image.ts";

/** Copies the images that a bundle deploys to the bundle's repository, by digest; gives what each is there. */
export async function copyComponents(
  publishing: Publishing,
  { images = {} }: Bundle,
  endpoint: string,
): Promise<Record<string, Descriptor>> {
  const copied: Record<string, Descriptor> = {};
  for (const [name, image] of Object.entries(images)) {
    refuseOther(name, image);
    const from = sourceOf(image);
    const title = `Copy ${from.familiar}`;
    copied[name] =
      (await relocate(publishing, title, from)) ??
      (await pushHeldImage(publishing, title, { endpoint, image: { reference: from.familiar } })) ??
      fail(from);
    refuseChanged(image, copied[name]);
  }
  return copied;
}

/** By its digest where the bundle has one. */
function sourceOf({ image, contentDigest }: ComponentImage): Reference {
  const named = parseReference(image);
  if (contentDigest === undefined || named.digest !== undefined) return named;
  return withVersion(named, { digest: parseDigest(contentDigest) });
}

/** `undefined`: no registry has it, or would say so; an engine may. */
async function relocate(
  { client, target, context: { signal }, report }: Publishing,
  title: string,
  from: Reference,
): Promise<Descriptor | undefined> {
  try {
    await client.resolve(from, { signal });
  } catch (error) {
    if (isOciError(error, "not-found")) return undefined;
    throw error;
  }
  return report.transfer(title, ({ onProgress }) =>
    relocateImage({ client, from, to: target, signal, onProgress }),
  );
}

function refuseOther(name: string, { imageType = "oci" }: ComponentImage): void {
  if (imageType === "oci" || imageType === "docker") return;
  throw new Fault("unsupported", `The image ${name} of the bundle is of type ${imageType}.`, {
    hint: "Only images of type docker and oci can be published.",
  });
}

function refuseChanged({ image, contentDigest }: ComponentImage, { digest }: Descriptor): void {
  if (contentDigest === undefined || contentDigest === digest) return;
  throw new Fault(
    "image-mismatch",
    `The image ${image} is ${digest}, the bundle names ${contentDigest}.`,
    { hint: "Correct `digest:` of the image in porter.yaml, or get the image that it names." },
  );
}

function fail({ familiar, registry }: Reference): never {
  throw new OciError("not-found", `Neither ${registry} nor the engine has the image ${familiar}.`, {
    hint: "Correct `images:` in porter.yaml, or push the image to its registry first.",
  });
}
