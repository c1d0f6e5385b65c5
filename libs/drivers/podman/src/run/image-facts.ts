import type { Container } from "./container.ts";
import type { Look } from "./files.ts";
import type { PathFact } from "./path-fact.ts";

const MAX_IMAGES = 64;
const MAX_PATHS = 256;

/** What images have at paths, as their containers show it. Images never change, so each fact is asked once. */
export class ImageFacts {
  readonly #known = new Map<string, Map<string, Promise<PathFact | undefined>>>();

  /** Looks into the image `imageId` through a container of it that has not started. */
  of(imageId: string, container: Container, signal: AbortSignal): Look {
    const paths = this.#pathsOf(imageId);
    return (path) => {
      const known = paths.get(path);
      if (known !== undefined) return known;
      if (paths.size >= MAX_PATHS) paths.clear();
      const fact = container.look(path, signal).catch((error: unknown) => {
        paths.delete(path);
        throw error;
      });
      paths.set(path, fact);
      return fact;
    };
  }

  #pathsOf(imageId: string): Map<string, Promise<PathFact | undefined>> {
    const paths = this.#known.get(imageId) ?? new Map<string, Promise<PathFact | undefined>>();
    this.#known.delete(imageId);
    this.#known.set(imageId, paths);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_IMAGES && oldest !== undefined) this.#known.delete(oldest);
    return paths;
  }
}
