import { TempDir } from "@gantry/process";
import type { Image } from "@gantry/reports";
import type { EndpointRegistry } from "../endpoints/registry.ts";
import { Fault } from "../fault.ts";
import type { OperationContext } from "../operations/operations.ts";
import type { BundleToRun } from "../run/bundle-to-run.ts";
import { fetchFor, type WantedImage } from "./fetch-for.ts";
import { fitPlatform } from "./fit-platform.ts";
import { layOut } from "./lay-out.ts";

export interface HandOff extends WantedImage {
  readonly endpoints: EndpointRegistry;
}

/** Sees that the endpoint which runs holds the image: there already, handed over by the one that built it, pulled, or fetched for it. Gives `undefined` for an endpoint without an image store. */
export async function handOff(given: HandOff): Promise<Image | undefined> {
  const request = { ...given, toRun: fitPlatform(given.toRun, given.to) };
  const { to, toRun, context } = request;
  const store = to.instance.images;
  if (store === undefined) return undefined;
  const held = await store.inspect(toRun.image, context.signal);
  if (held !== undefined) return checked(held, toRun);
  const moved = (await move(request)) ?? (await pull(request));
  if (moved !== undefined) return checked(moved, toRun);
  const fetched = await fetchFor(request);
  if (fetched !== undefined) return fetched;
  throw new Fault(
    "image-not-found",
    `Endpoint ${to.name} does not have the image ${toRun.reference}.`,
    {
      hint: "Build the bundle again with `gantry build --force`, or publish it to a registry that the engine reaches.",
    },
  );
}

/** The image must be the one that the bundle names by digest, wherever it came from (CNAB Core 101, contentDigest). */
function checked(image: Image, { image: wanted, reference }: BundleToRun): Image {
  const wrongId = wanted.id !== undefined && image.id !== wanted.id;
  const wrongDigest =
    wanted.id === undefined && wanted.digest !== undefined && image.digest !== wanted.digest;
  if (!wrongId && !wrongDigest) return image;
  throw new Fault(
    "image-mismatch",
    `The image ${reference} is ${image.digest ?? image.id}, the bundle names ${wanted.digest ?? wanted.id}.`,
    {
      hint: "The tag was moved, or the image was changed. Get the bundle and its image from the same place.",
    },
  );
}

async function move({
  endpoints,
  home,
  environment,
  context,
  toRun,
  to,
}: HandOff): Promise<Image | undefined> {
  if (toRun.madeBy === undefined || toRun.madeBy === to.name) return undefined;
  const from = await endpoints.get(toRun.madeBy, environment);
  const importFrom = to.instance.images?.importFrom?.bind(to.instance.images);
  if (from.instance.images?.exportTo === undefined || importFrom === undefined) return undefined;
  if ((await from.instance.images.inspect(toRun.image, context.signal)) === undefined)
    return undefined;
  await context.report("prepare", {
    kind: "notice",
    level: "info",
    text: `Handing the image over from ${from.name} to ${to.name}.`,
  });
  const work = {
    signal: context.signal,
    report: (event: Parameters<OperationContext["report"]>[1]) => context.report("prepare", event),
  };
  await using layout = await TempDir.create("image-", home.cache);
  const digest = await layOut({ from, image: toRun.image, layout: layout.path, home, to }, work);
  return await importFrom(layout.path, digest, work);
}

async function pull({ context, toRun, to }: HandOff): Promise<Image | undefined> {
  const { reference, digest } = toRun.image;
  if (reference === undefined || digest === undefined) return undefined;
  const pinned = `${reference.replace(/@.*$/, "")}@${digest}`;
  return to.instance.images?.pull?.(pinned, {
    signal: context.signal,
    report: (event) => context.report("prepare", event),
    insecureRegistries: [...(toRun.published?.insecureRegistries ?? [])],
  });
}
