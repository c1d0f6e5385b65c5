import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { ContainerAnswer, ContainerPowersAnswer, ImageAnswer } from "../answers.ts";
import type { z } from "zod";
import type { DockerEngine } from "../docker-engine.ts";
import { isConflict, isGone } from "../errors.ts";

/** How long a removal may take. It has its own clock, because it must also work when the caller has given up. */
const REMOVE_MS = 60_000;
const RETRY_MS = 50;

export interface ContainerPowers {
  readonly container: ContainerPowersAnswer;
  readonly image: ImageAnswer | undefined;
}

/** One container, by its id or its name. */
export class Container {
  readonly ref: string;
  readonly #engine: DockerEngine;

  constructor(engine: DockerEngine, ref: string) {
    this.#engine = engine;
    this.ref = ref;
  }

  /** Where it is. */
  get parts(): { readonly engine: DockerEngine; readonly container: string } {
    return { engine: this.#engine, container: this.ref };
  }

  /** `undefined` when there is no such container. */
  inspect(signal: AbortSignal): Promise<ContainerAnswer | undefined> {
    return this.#ask(`/containers/${this.ref}/json`, ContainerAnswer, signal);
  }

  /** What it may do, and the image that it was made of; `undefined` when there is no such container. */
  async powers(signal: AbortSignal): Promise<ContainerPowers | undefined> {
    const path = `/containers/${this.ref}/json`;
    const container = await this.#ask(path, ContainerPowersAnswer, signal);
    if (container === undefined) return undefined;
    // An image whose name was taken away while it is in use is still there by its id.
    const image = await this.#ask(`/images/${container.Image}/json`, ImageAnswer, signal);
    return { container, image };
  }

  async #ask<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema> | undefined> {
    try {
      return await this.#engine.json({ method: "GET", path, signal }, schema);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async putArchive(archive: Buffer, signal: AbortSignal): Promise<void> {
    const query = { path: "/", noOverwriteDirNonDir: "1" };
    const path = `/containers/${this.ref}/archive`;
    await this.#engine.send({ method: "PUT", path, query, body: archive, signal });
  }

  /** The files at `path` as an archive; `undefined` when there is nothing. */
  async archive(path: string, signal: AbortSignal): Promise<IncomingMessage | undefined> {
    const request = { path: `/containers/${this.ref}/archive`, query: { path }, signal } as const;
    try {
      return await this.#engine.stream({ ...request, method: "GET" });
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#engine.send({ method: "POST", path: `/containers/${this.ref}/start`, signal });
  }

  /** Returns when the container does not run, or the connection is lost. */
  async waitUntilStopped(signal: AbortSignal): Promise<void> {
    const query = { condition: "not-running" };
    await this.#engine.send({
      method: "POST",
      path: `/containers/${this.ref}/wait`,
      query,
      signal,
    });
  }

  /** Sends a signal; one that finds the program ended, or the container gone, is no error. */
  async kill(name: "SIGKILL" | "SIGTERM", signal: AbortSignal): Promise<void> {
    const request = {
      path: `/containers/${this.ref}/kill`,
      query: { signal: name },
      signal,
    } as const;
    try {
      await this.#engine.send({ ...request, method: "POST" });
    } catch (error) {
      if (!isConflict(error) && !isGone(error)) throw error;
    }
  }

  async logs(
    query: { readonly since: number; readonly follow: boolean },
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const all = { stdout: "1", stderr: "1", timestamps: "1" };
    const wanted = { ...all, since: query.since, follow: query.follow ? "1" : "0" };
    return this.#engine.stream({
      method: "GET",
      path: `/containers/${this.ref}/logs`,
      query: wanted,
      signal,
    });
  }

  /** Removes the container, running or not, with its anonymous volumes. One that is gone is done already. */
  async remove(): Promise<void> {
    const signal = AbortSignal.timeout(REMOVE_MS);
    const request = {
      path: `/containers/${this.ref}`,
      query: { force: "1", v: "1" },
      signal,
    } as const;
    for (;;) {
      try {
        await this.#engine.send({ ...request, method: "DELETE" });
        return;
      } catch (error) {
        if (isGone(error)) return;
        // Somebody else is removing it; done means gone.
        if (!isConflict(error)) throw error;
      }
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}
