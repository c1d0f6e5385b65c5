import { z } from "zod";
import { Denied, hidden } from "../denied.ts";
import type { Room } from "../room.ts";
import { carries, carriesAsImage } from "./labels.ts";

const Labels = z.record(z.string(), z.string()).nullish();
const Container = z.object({ Id: z.string(), Image: z.string(), Config: z.object({ Labels }) });
const Exec = z.object({ ID: z.string(), ContainerID: z.string() });
const Network = z.object({ Id: z.string(), Labels });
const Volume = z.object({ Name: z.string(), Labels });
const ImageFound = z.object({ Id: z.string(), Config: z.object({ Labels }).nullish() });

export interface OwnImage {
  readonly id: string;
  /** Made by the owner, and not only known to it. */
  readonly mayChange: boolean;
}

/** Networks that every container may be in. */
export const COMMON_NETWORKS: ReadonlySet<string> = new Set(["", "default", "bridge", "none"]);

/** Finds the owner's things by what a client calls them. The engine is asked each time: names move. */
export class Ownership {
  readonly #room: Room;
  readonly #signal: AbortSignal;

  constructor(room: Room, signal: AbortSignal) {
    this.#room = room;
    this.#signal = signal;
  }

  /** The whole id. Throws `Denied` (404) for what is not there or not the owner's, as all of these do. */
  async container(ref: string): Promise<string> {
    // Names are also written with the slash that the engine keeps them with.
    const name = segment("container", ref.replace(/^\//, ""));
    const found = await this.#ask(`/containers/${name}/json`, Container);
    if (found === undefined || !carries(found.Config.Labels, this.#room.labels))
      throw hidden("container", ref);
    if (await this.isInherited(found.Image)) throw hidden("container", ref);
    return found.Id;
  }

  /** Whether a container has the owner's labels from its image, which anybody may have made so, and not from us. */
  async isInherited(imageId: string): Promise<boolean> {
    const { images, labels } = this.#room;
    const known = images.inherited.get(imageId);
    if (known !== undefined) return known;
    const found = await this.#ask(`/images/${segment("image", imageId)}/json`, ImageFound);
    const isInherited = carries(found?.Config?.Labels, labels);
    images.inherited.set(imageId, isInherited);
    return isInherited;
  }

  async exec(ref: string): Promise<string> {
    const found = await this.#ask(`/exec/${segment("exec instance", ref)}/json`, Exec);
    if (found === undefined) throw hidden("exec instance", ref);
    await this.container(found.ContainerID).catch((error: unknown) => {
      throw error instanceof Denied ? hidden("exec instance", ref) : error;
    });
    return found.ID;
  }

  async network(ref: string): Promise<string> {
    const found = await this.#ask(`/networks/${segment("network", ref)}`, Network);
    if (found === undefined || !carries(found.Labels, this.#room.labels))
      throw hidden("network", ref);
    return found.Id;
  }

  async volume(name: string): Promise<string> {
    const found = await this.#volume(name);
    if (found !== "own") throw hidden("volume", name);
    return name;
  }

  /** Whether a new volume may have this name. */
  async hasVolume(name: string): Promise<boolean> {
    const found = await this.#volume(name);
    if (found === "other") throw hidden("volume", name);
    return found === "own";
  }

  async image(ref: string): Promise<OwnImage> {
    const found = await this.#image(ref);
    if (found === undefined || !found.mayRead) throw hidden("image", ref);
    return found;
  }

  /** Refuses a name for an image that means somebody else's now. */
  async freeName(reference: string): Promise<void> {
    const found = await this.#image(reference);
    if (found === undefined || found.mayChange) return;
    throw new Denied(403, `The name ${reference} is in use for an image that is not the caller's.`);
  }

  /** The id that the engine knows, whoever owns it; for before and after. */
  async imageId(ref: string): Promise<string | undefined> {
    return (await this.#image(ref))?.id;
  }

  async #volume(name: string): Promise<"own" | "other" | undefined> {
    const found = await this.#ask(`/volumes/${segment("volume", name)}`, Volume);
    if (found === undefined) return undefined;
    return carries(found.Labels, this.#room.labels) ? "own" : "other";
  }

  async #image(ref: string): Promise<(OwnImage & { readonly mayRead: boolean }) | undefined> {
    const path = named(ref)
      .split("/")
      .map((part) => segment("image", part))
      .join("/");
    const found = await this.#ask(`/images/${path}/json`, ImageFound);
    if (found === undefined) return undefined;
    const { images, labels } = this.#room;
    const isBuilt = carriesAsImage(found.Config?.Labels, labels);
    return {
      id: found.Id,
      mayRead: isBuilt || images.mayRead(found.Id),
      mayChange: isBuilt || images.mayChange(found.Id),
    };
  }

  #ask<Schema extends z.ZodType>(path: string, schema: Schema) {
    return this.#room.engine.ask(path, { schema, signal: this.#signal });
  }
}

/** A bare id, of which Podman would say that it is no name when there is no such image. */
function named(ref: string): string {
  return /^[0-9a-f]{64}$/.test(ref) ? `sha256:${ref}` : ref;
}

/** A name out of a body or a query, which may hold anything. */
function segment(kind: string, ref: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.:@+-]*$/.test(ref)) throw hidden(kind, ref.slice(0, 100));
  return ref;
}
