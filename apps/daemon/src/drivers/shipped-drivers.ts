import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE, PackageError } from "@gantry/driver-package";

/** The drivers that come with Gantry as packages of their own: folders of one directory. */
export class ShippedDrivers {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async names(): Promise<readonly string[]> {
    const folders = await readdir(this.#dir).catch((): string[] => []);
    const found: string[] = [];
    for (const name of folders.toSorted())
      if (await isThere(join(this.#dir, name, MANIFEST_FILE))) found.push(name);
    return found;
  }

  /** Throws `not-found`. */
  async directory(name: string): Promise<string> {
    const names = await this.names();
    if (names.includes(name)) return join(this.#dir, name);
    throw new PackageError("not-found", `No driver ${name} comes with this Gantry.`, {
      hint:
        names.length === 0
          ? "Build Gantry anew: `npm run build`."
          : `There are ${names.join(", ")}.`,
    });
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
