import { type Binding, bind } from "@gantry/rpc";
import type { ImageRef } from "@gantry/reports";
import type { ImageFacet } from "../images.ts";
import {
  imageExport,
  imageImport,
  imageInspect,
  imagePull,
  imagePush,
  imageRemove,
  imageTag,
} from "./methods.ts";
import { lacking, type Served } from "./served.ts";

export function serveImages(served: Served): Binding[] {
  const images = (): ImageFacet => served.driver.images ?? refuse("image store");
  return [
    bind(imageInspect, async ({ ref }, { signal }) => ({
      image: (await images().inspect(toRef(ref), signal)) ?? null,
    })),
    bind(imageTag, async ({ ref, reference }, { signal }) => {
      await need(images(), "tag")(toRef(ref), reference, signal);
      return {};
    }),
    bind(imageRemove, async ({ ref }, { signal }) => {
      await need(images(), "remove")(toRef(ref), signal);
      return {};
    }),
    bind(imagePull, async ({ reference, ...options }, work) => ({
      image: await need(images(), "pull")(reference, { ...options, ...work }),
    })),
    bind(imagePush, async ({ ref, reference, ...options }, work) =>
      need(images(), "push")(toRef(ref), reference, { ...options, ...work }),
    ),
    bind(imageExport, async ({ ref, layoutDir }, work) => ({
      digest: await need(images(), "exportTo")(toRef(ref), layoutDir, work),
    })),
    bind(imageImport, async ({ layoutDir, digest }, work) => ({
      image: await need(images(), "importFrom")(layoutDir, digest, work),
    })),
  ];
}

function toRef(ref: ImageRef): ImageRef {
  return ref;
}

function need<Verb extends keyof ImageFacet>(
  images: ImageFacet,
  verb: Verb,
): NonNullable<ImageFacet[Verb]> {
  const member = images[verb];
  if (member === undefined) return refuse(`image ${verb}`);
  // Binding keeps the signature; TypeScript loses it on a generic member.
  return member.bind(images) as NonNullable<ImageFacet[Verb]>;
}

function refuse(what: string): never {
  throw lacking(what);
}
