import type { BuildRequest, Work } from "@gantry/driver-api";
import type { Image } from "@gantry/reports";
import type { BuildRoom } from "./build-room.ts";

/** One build and where it works. */
export interface Job {
  readonly request: BuildRequest;
  readonly room: BuildRoom;
  readonly work: Work;
}

/** A way for an image out of the builder to where it is kept. */
export interface Landing {
  /** What to tell the plugin of it. */
  prepare(job: Job): Promise<readonly string[]>;
  /** Takes the images of a build that succeeded, in the order of the platforms asked for. */
  take(job: Job): Promise<readonly Image[]>;
  /** Removes what is not to stay, however the build ended. */
  leave?(job: Job): Promise<void>;
}

/** The option for each name of the image. */
export function nameOptions(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => ["--tag", name]);
}
