import {
  ContentStore,
  type Descriptor,
  findImage,
  pushImage,
  readImage,
  withVersion,
} from "@gantry/oci";
import { TempDir } from "@gantry/process";
import type { Image, ImageRef } from "@gantry/reports";
import { Fault } from "../fault.ts";
import { layOut } from "../images/lay-out.ts";
import type { Publishing } from "./publish-room.ts";

/** Which image of which endpoint. */
export interface HeldImage {
  readonly endpoint: string;
  readonly image: ImageRef;
}

/**
 * Sends an image that an endpoint holds to the bundle's repository, under its digest. Asks the registry first: an image
 * that was sent before is not even exported. `undefined`: the endpoint does not hold it.
 */
export async function pushHeldImage(
  publishing: Publishing,
  title: string,
  { endpoint, image }: HeldImage,
): Promise<Descriptor | undefined> {
  const { room, environment, context, report } = publishing;
  const known = image.id === undefined ? undefined : await knownThere(publishing, image.id);
  if (known !== undefined) return report.transfer(title, async () => known);
  const from = await room.endpoints.get(endpoint, environment);
  const held = await from.instance.images?.inspect(image, context.signal);
  if (held === undefined) return undefined;
  return report.transfer(title, async ({ onProgress }) => {
    const { signal } = context;
    await using layout = await TempDir.create("image-", room.home.cache);
    const work = {
      signal,
      report: (event: Parameters<typeof context.report>[1]) => context.report("finish", event),
    };
    const request = { from, image: { id: held.id }, layout: layout.path, home: room.home };
    const digest = await layOut(request, work);
    const store = await ContentStore.open(layout.path);
    // Found once: what is looked at is what is sent.
    const written = { store, image: await findImage(store, digest) };
    await refuseOther(written, { endpoint, id: held.id });
    const pushed = await send(publishing, written, onProgress);
    room.store.pushed.rememberImage(held.id, pushed);
    return pushed;
  });
}

interface Written {
  readonly store: ContentStore;
  readonly image: Descriptor;
}

/** What is published under somebody's name, and remembered by the image's id for all endpoints, must be that image. */
async function refuseOther(
  { store, image }: Written,
  { endpoint, id }: { readonly endpoint: string; readonly id: string },
): Promise<void> {
  const { configDigest } = await readImage(store, image);
  if (configDigest === id) return;
  throw new Fault(
    "protocol",
    `Endpoint ${endpoint} wrote ${configDigest} instead of the image ${id}.`,
    { hint: `Update the driver of ${endpoint}, or tell its author.` },
  );
}

/** What an image was pushed as before, if the registry has that still. */
async function knownThere(
  { room, client, target, context: { signal } }: Publishing,
  id: Image["id"],
): Promise<Descriptor | undefined> {
  const pushed = room.store.pushed.image(id);
  if (pushed === undefined) return undefined;
  const there = withVersion(target, { digest: pushed.digest });
  return (await client.find(there, { signal })) === undefined ? undefined : pushed;
}

type OnProgress = NonNullable<Parameters<typeof pushImage>[0]["onProgress"]>;

async function send(
  { room, client, target, context }: Publishing,
  { store, image }: Written,
  onProgress: OnProgress,
): Promise<Descriptor> {
  const { registry, repository } = target;
  return pushImage({
    client,
    store,
    image,
    reference: withVersion(target, { digest: image.digest }),
    mountFrom: (blob) => otherThan(repository, room.store.pushed.repositoryOf(registry, blob)),
    signal: context.signal,
    onProgress: (part) => {
      if (part.state !== "moving")
        room.store.pushed.rememberBlob(registry, part.digest, repository);
      onProgress(part);
    },
  });
}

function otherThan(own: string, repository: string | undefined): string | undefined {
  return repository === own ? undefined : repository;
}
