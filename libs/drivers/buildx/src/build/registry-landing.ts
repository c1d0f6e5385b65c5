import type { BuildRequest } from "@gantry/driver-api";
import { parseReference } from "@gantry/oci";
import type { Image } from "@gantry/reports";
import type { StoredImages } from "@gantry/stored-images";
import { invalidRequest } from "../errors.ts";
import { csv } from "./build-options.ts";
import { type Job, type Landing, nameOptions } from "./landing.ts";

/** The builder pushes the image itself; the content store then fetches from the registry what it lacks of it. */
export class RegistryLanding implements Landing {
  readonly #images: StoredImages;

  constructor(images: StoredImages) {
    this.#images = images;
  }

  async prepare({ request }: Job): Promise<readonly string[]> {
    if (request.tags.length === 0) {
      const text = "An image that is pushed needs a name.";
      throw invalidRequest(text, "Give it one: --tag REGISTRY/NAME:TAG.");
    }
    const plain = isPlain(request) ? ["registry.insecure=true"] : [];
    return ["--output", csv(["type=registry", ...plain]), ...nameOptions(request.tags)];
  }

  async take({ request, work }: Job): Promise<readonly Image[]> {
    const { tags, platforms, insecureRegistries } = request;
    const options = { ...work, insecureRegistries };
    const [first = "", ...others] = tags;
    const images: Image[] = [];
    for (const platform of platforms.length === 0 ? [undefined] : platforms) {
      images.push(await this.#images.pull(first, { ...options, ...(platform && { platform }) }));
    }
    for (const tag of others) await this.#images.tag({ reference: first }, tag, work.signal);
    return images;
  }
}

/** Whether a name's registry may be spoken to over plain HTTP. */
function isPlain({ tags, insecureRegistries }: BuildRequest): boolean {
  return tags.some((tag) => insecureRegistries.includes(parseReference(tag).registry));
}
