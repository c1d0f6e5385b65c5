import type { Owner } from "./owner.ts";

const ROOT: Owner = { uid: 0, gid: 0 };

/**
 * Owners of the files of one layer. Where there is one id only, the disk says root for all of them; what the image
 * should say is remembered, so that the packed layer is the same as anywhere else.
 */
export class Owners {
  readonly #hasOneId: boolean;
  readonly #wanted = new Map<string, Owner>();

  constructor(hasOneId: boolean) {
    this.#hasOneId = hasOneId;
  }

  /** The owner to give the file at `path` (relative to the root) on disk, so that the image has `wanted`. */
  settle(path: string, wanted: Owner): Owner {
    if (!this.#hasOneId) return wanted;
    this.#wanted.set(path, { uid: wanted.uid, gid: wanted.gid });
    return ROOT;
  }

  /** The owner in the packed layer of what is on disk. */
  readonly packed = (disk: Owner, path: string): Owner => this.#wanted.get(path) ?? disk;
}
