import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Image, type ImageRef } from "@gantry/reports";
import { z } from "zod";

/** An image without layers: its configuration is all there is. */
const StoredImage = z.object({ image: Image, config: z.string() });
export type StoredImage = z.output<typeof StoredImage>;

/** The images of one state directory: a file for each image and one for each name. */
export class ImageStore {
  readonly #images: string;
  readonly #names: string;

  constructor(stateDir: string) {
    this.#images = join(stateDir, "images");
    this.#names = join(stateDir, "names");
  }

  async find(ref: ImageRef): Promise<Image | undefined> {
    const stored = await this.#stored(ref);
    if (stored === undefined) return undefined;
    return { ...stored.image, references: await this.#namesOf(stored.image.id) };
  }

  async config(id: string): Promise<string | undefined> {
    return (await this.#stored({ id }))?.config;
  }

  async put({ image, config }: StoredImage, names: readonly string[]): Promise<void> {
    await mkdir(this.#images, { recursive: true });
    await write(join(this.#images, plain(image.id)), JSON.stringify({ image, config }));
    for (const name of names) await this.name(image.id, name);
  }

  async name(id: string, name: string): Promise<void> {
    await mkdir(this.#names, { recursive: true });
    await write(join(this.#names, keyOf(name)), JSON.stringify({ name, id }));
  }

  /** Removes a name, or the image with all its names. */
  async remove(ref: ImageRef): Promise<void> {
    if (ref.id === undefined && ref.digest === undefined && ref.reference !== undefined) {
      await rm(join(this.#names, keyOf(ref.reference)), { force: true });
      return;
    }
    const stored = await this.#stored(ref);
    if (stored === undefined) return;
    const { id } = stored.image;
    for (const name of await this.#namesOf(id)) await this.remove({ reference: name });
    await rm(join(this.#images, plain(id)), { force: true });
  }

  async #stored({ id, digest, reference }: ImageRef): Promise<StoredImage | undefined> {
    const key = id ?? digest ?? (reference === undefined ? undefined : await this.#idOf(reference));
    if (key === undefined) return undefined;
    const text = await read(join(this.#images, plain(key)));
    return text === undefined ? undefined : StoredImage.parse(JSON.parse(text));
  }

  async #idOf(name: string): Promise<string | undefined> {
    const text = await read(join(this.#names, keyOf(name)));
    return text === undefined ? undefined : Name.parse(JSON.parse(text)).id;
  }

  async #namesOf(id: string): Promise<string[]> {
    const files = await readdir(this.#names).catch(() => []);
    const texts = await Promise.all(
      files.filter((file) => !file.endsWith(".new")).map((file) => read(join(this.#names, file))),
    );
    const names = texts.flatMap((text) => (text === undefined ? [] : Name.parse(JSON.parse(text))));
    return names.filter((each) => each.id === id).map((each) => each.name);
  }
}

const Name = z.object({ name: z.string(), id: z.string() });

/** What an image is called in a message. */
export function nameOf({ id, digest, reference }: ImageRef): string {
  return reference ?? id ?? digest ?? "without a name";
}

/** The digest of `bytes`, as OCI writes it. */
export function digestOf(bytes: string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function plain(digest: string): string {
  return digest.replaceAll(/[^0-9a-f]/g, "");
}

function keyOf(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

async function write(path: string, text: string): Promise<void> {
  const next = `${path}.${randomUUID()}.new`;
  await writeFile(next, text);
  await rename(next, path);
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
