import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Digest } from "@gantry/reports";
import { z } from "zod";

const Digests = z.array(Digest);

/**
 * The digests under which a registry was seen to serve an image, by the image's id. Podman has a digest also for what
 * it built, of a manifest with plain layers that no registry gets like that, and does not tell the two apart.
 */
export class KnownDigests {
  readonly #dir: string;

  constructor(stateDir: string) {
    this.#dir = join(stateDir, "digests");
  }

  /** The latest first. */
  async of(imageId: string): Promise<readonly string[]> {
    try {
      return Digests.parse(JSON.parse(await readFile(this.#file(imageId), "utf8")));
    } catch {
      // None was noted.
      return [];
    }
  }

  async note(imageId: string, digest: string): Promise<void> {
    const known = await this.of(imageId);
    if (known[0] === digest) return;
    await mkdir(this.#dir, { recursive: true });
    const written = `${this.#file(imageId)}.${process.pid}-${process.hrtime.bigint()}`;
    const all = [digest, ...known.filter((one) => one !== digest)];
    await writeFile(written, JSON.stringify(all.slice(0, MOST)));
    await rename(written, this.#file(imageId));
  }

  #file(imageId: string): string {
    return join(this.#dir, `${imageId}.json`);
  }
}

const MOST = 20;
