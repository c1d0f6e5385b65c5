import type { z } from "zod";
import type { ImageFacet, TransferOptions } from "../images.ts";
import { bounding } from "./bound-event.ts";
import type { Caller } from "./caller.ts";
import {
  imageExport,
  imageImport,
  imageInspect,
  imagePull,
  imagePush,
  imageRemove,
  imageTag,
  type ImageVerb,
} from "./methods.ts";

export function connectImages(
  caller: Caller,
  verbs: readonly z.output<typeof ImageVerb>[],
): ImageFacet {
  const all = allVerbs(caller);
  const offered = verbs.map((verb) => [verb, all[verb]] as const);
  return {
    async inspect(ref, signal) {
      const { image } = await caller.request(imageInspect, { ref }, signal);
      return image ?? undefined;
    },
    ...Object.fromEntries(offered),
  };
}

function allVerbs(caller: Caller): Required<Omit<ImageFacet, "inspect">> {
  return {
    async tag(ref, reference, signal) {
      await caller.request(imageTag, { ref, reference }, signal);
    },
    async remove(ref, signal) {
      await caller.request(imageRemove, { ref }, signal);
    },
    async pull(reference, options) {
      const params = { reference, ...transfer(options) };
      return (await caller.follow(imagePull, params, bounding(options))).image;
    },
    push: (ref, reference, options) =>
      caller.follow(imagePush, { ref, reference, ...transfer(options) }, bounding(options)),
    async exportTo(ref, layoutDir, work) {
      return (await caller.follow(imageExport, { ref, layoutDir }, bounding(work))).digest;
    },
    async importFrom(layoutDir, digest, work) {
      return (await caller.follow(imageImport, { layoutDir, digest }, bounding(work))).image;
    },
  };
}

function transfer({ platform, insecureRegistries }: TransferOptions) {
  const registries = { insecureRegistries: [...(insecureRegistries ?? [])] };
  return platform === undefined ? registries : { ...registries, platform };
}
