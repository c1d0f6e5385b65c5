import { Descriptor } from "@gantry/oci";
import { type Database, text } from "./database.ts";

/** What was pushed to registries: so that it need not be exported, or sent, again. Only hints: a registry is always asked. */
export class Pushed {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The manifest that an image was pushed with. */
  image(imageId: string): Descriptor | undefined {
    const row = this.#database.get(
      "SELECT descriptor FROM pushed_image WHERE image_id = ?",
      imageId,
    );
    return row === undefined ? undefined : Descriptor.parse(JSON.parse(text(row, "descriptor")));
  }

  rememberImage(imageId: string, { mediaType, digest, size }: Descriptor): void {
    const descriptor = JSON.stringify({ mediaType, digest, size });
    this.#database.run("INSERT OR REPLACE INTO pushed_image VALUES (?, ?)", imageId, descriptor);
  }

  /** A repository of the registry that got the blob. */
  repositoryOf(registry: string, digest: string): string | undefined {
    const row = this.#database.get(
      "SELECT repository FROM pushed_blob WHERE registry = ? AND digest = ?",
      registry,
      digest,
    );
    return row === undefined ? undefined : text(row, "repository");
  }

  rememberBlob(registry: string, digest: string, repository: string): void {
    this.#database.run(
      "INSERT OR REPLACE INTO pushed_blob VALUES (?, ?, ?)",
      registry,
      digest,
      repository,
    );
  }
}
