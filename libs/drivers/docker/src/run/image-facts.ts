import type { DockerEngine } from "../docker-engine.ts";
import { isGone } from "../errors.ts";
import { type Owner, readContainerFile, resolveUser } from "./user.ts";

/** An image as one of its containers shows it, before that container starts. */
export interface Subject {
  readonly imageId: string;
  readonly user: string;
  readonly container: string;
}

interface Known {
  owner?: Promise<Owner>;
  readonly paths: Map<string, Promise<PathFact | undefined>>;
}

/** Something that an image has at a path. */
export interface PathFact {
  /** Permission bits. */
  readonly mode: number;
}

const MAX_IMAGES = 64;
const MAX_PATHS = 256;

/** What must be known of images before files can be put into their containers. Images never change, so each fact is asked once. */
export class ImageFacts {
  readonly #engine: DockerEngine;
  readonly #known = new Map<string, Known>();

  constructor(engine: DockerEngine) {
    this.#engine = engine;
  }

  /** Who the image's program runs as. */
  owner(subject: Subject, signal: AbortSignal): Promise<Owner> {
    const known = this.#of(subject.imageId);
    const { container, user } = subject;
    known.owner ??= resolveUser(user, (path) =>
      readContainerFile(this.#engine, { container, path }, signal),
    ).catch((error: unknown) => {
      delete known.owner;
      throw error;
    });
    return known.owner;
  }

  /** What the image has at `path`, links in its parents followed; `undefined` for nothing. */
  path(subject: Subject, path: string, signal: AbortSignal): Promise<PathFact | undefined> {
    const { paths } = this.#of(subject.imageId);
    const known = paths.get(path);
    if (known !== undefined) return known;
    if (paths.size >= MAX_PATHS) paths.clear();
    const fact = this.#look(subject.container, path, signal).catch((error: unknown) => {
      paths.delete(path);
      throw error;
    });
    paths.set(path, fact);
    return fact;
  }

  async #look(container: string, path: string, signal: AbortSignal): Promise<PathFact | undefined> {
    const request = { path: `/containers/${container}/archive`, query: { path }, signal } as const;
    try {
      const headers = await this.#engine.headers({ ...request, method: "HEAD" });
      const stat = String(headers["x-docker-container-path-stat"] ?? "");
      const mode = /"mode":(\d+)/u.exec(Buffer.from(stat, "base64").toString("utf8"))?.[1];
      return { mode: Number(mode ?? 0) & 0o777 };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  #of(imageId: string): Known {
    const known = this.#known.get(imageId) ?? { paths: new Map() };
    this.#known.delete(imageId);
    this.#known.set(imageId, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_IMAGES && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }
}
