import type { Image } from "@gantry/reports";
import { garbled } from "../errors.ts";
import type { EngineImages } from "../images/engine-images.ts";
import { type Job, type Landing, nameOptions } from "./landing.ts";

/** The docker engine takes the image. */
export class EngineLanding implements Landing {
  readonly #images: EngineImages;

  constructor(images: EngineImages) {
    this.#images = images;
  }

  async prepare({ request }: Job): Promise<readonly string[]> {
    return ["--load", ...nameOptions(request.tags)];
  }

  async take({ room, work }: Job): Promise<readonly Image[]> {
    const image = await this.#images.inspect({ id: await room.imageId() }, work.signal);
    if (image === undefined) throw garbled("image id");
    return [image];
  }
}
