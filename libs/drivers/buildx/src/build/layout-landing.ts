import {
  ContentStore,
  copyImage,
  type Descriptor,
  linkBlobs,
  parsePlatform,
  parseReference,
  readImage,
} from "@gantry/oci";
import type { Image } from "@gantry/reports";
import { toImage } from "@gantry/stored-images";
import { garbled } from "../errors.ts";
import { csv } from "./build-options.ts";
import type { Job, Landing } from "./landing.ts";

/** The builder writes an OCI layout, which goes into the content store. What the store has is not sent by the builder. */
export class LayoutLanding implements Landing {
  readonly #store: () => Promise<ContentStore>;

  constructor(store: () => Promise<ContentStore>) {
    this.#store = store;
  }

  async prepare({ room }: Job): Promise<readonly string[]> {
    const store = await this.#store();
    await linkBlobs(store.directory, room.layoutDir);
    const dest = `dest=${room.layoutDir}`;
    return ["--output", csv(["type=oci", "tar=false", "compression=uncompressed", dest])];
  }

  async take({ request, room, work }: Job): Promise<readonly Image[]> {
    const { signal } = work;
    const [from, to] = [await ContentStore.openLayout(room.layoutDir), await this.#store()];
    const [written] = await from.list();
    if (written === undefined) throw garbled("image layout");
    const { annotations: _, ...image } = written.descriptor;
    await using _lease = await to.lease();
    const name = storeName(request.tags[0]) ?? image.digest;
    await copyImage({ from, to, image, name, signal });
    return await nameImages(to, image, request);
  }
}

/** Names an image of the store and tells of each platform of it. */
export async function nameImages(
  store: ContentStore,
  image: Descriptor,
  { tags, platforms }: Job["request"],
): Promise<readonly Image[]> {
  const names = tags.map((tag) => parseReference(tag));
  for (const { normalized } of names) await store.tag(normalized, image);
  if (names.length === 0) await store.tag(image.digest, image);
  const wanted = platforms.length === 0 ? [undefined] : platforms.map(parsePlatform);
  return Promise.all(
    wanted.map(async (platform) => {
      const found = await toImage(store, await readImage(store, image, platform));
      const references = [
        ...new Set([...found.references, ...names.map(({ familiar }) => familiar)]),
      ];
      return { ...found, references };
    }),
  );
}

function storeName(tag: string | undefined): string | undefined {
  return tag === undefined ? undefined : parseReference(tag).normalized;
}
