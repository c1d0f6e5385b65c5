import type { Readable } from "node:stream";
import { again } from "../engine/again.ts";
import { ContainerAnswer, ContainerPowersAnswer, ImageAnswer } from "../engine/answers.ts";
import { isEnded, isGone } from "../errors.ts";
import type { PodmanCall, PodmanEngine } from "../engine/podman-engine.ts";
import { PodmanFault } from "../engine/podman-fault.ts";
import { type PathFact, readPathFact } from "./path-fact.ts";

/** How long a removal may take. It has its own clock, because it must also work when the caller has given up. */
const REMOVE_MS = 60_000;

/** Of what came to be between two questions. */
const DIRECTORY = 0o755;

/** One container, by its name. */
export class Container {
  readonly name: string;
  readonly engine: PodmanEngine;

  constructor(engine: PodmanEngine, name: string) {
    this.engine = engine;
    this.name = name;
  }

  /** `undefined` when there is no such container. */
  async inspect(signal: AbortSignal): Promise<ContainerAnswer | undefined> {
    const call = this.#call("GET /json", {}, signal);
    return unlessGone(again(() => this.engine.json(call, ContainerAnswer), signal));
  }

  /** What it may do, and the image that it was made of. Throws when it is gone. */
  async powers(signal: AbortSignal): Promise<readonly [ContainerPowersAnswer, ImageAnswer]> {
    const call = this.#call("GET /json", {}, signal);
    const container = await again(() => this.engine.json(call, ContainerPowersAnswer), signal);
    const path = `/images/${container.Image}/json`;
    return [container, await this.engine.json({ method: "GET", path, signal }, ImageAnswer)];
  }

  /** Unpacks an archive at the root; everything in it comes to belong to the container's user. */
  async putArchive(body: Buffer, signal: AbortSignal): Promise<void> {
    await this.engine.text({ ...this.#call("PUT /archive", { path: "/" }, signal), body });
  }

  /** What is at `path`, links followed; `undefined` for nothing. */
  async look(path: string, signal: AbortSignal): Promise<PathFact | undefined> {
    try {
      const answer = await this.engine.stream(this.#call("HEAD /archive", { path }, signal));
      answer.resume();
      return readPathFact(answer.headers["x-docker-container-path-stat"]);
    } catch (error) {
      if (!(error instanceof PodmanFault) || error.status !== 404) throw error;
    }
    // The answer to a HEAD has no words, and not only a path that is not there is answered with 404.
    const archive = await this.archive(path, signal);
    archive?.destroy();
    return archive && { mode: DIRECTORY };
  }

  /** What is at `path` as an archive; `undefined` when there is nothing. */
  async archive(path: string, signal: AbortSignal): Promise<Readable | undefined> {
    return unlessGone(this.engine.stream(this.#call("GET /archive", { path }, signal)));
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.engine.text(this.#call("POST /start", {}, signal));
  }

  /** Returns when the container does not run. */
  async waitUntilStopped(signal: AbortSignal): Promise<void> {
    const query = { condition: ["stopped", "exited"], interval: "100ms" };
    await this.engine.text(this.#call("POST /wait", query, signal));
  }

  /** Whether Podman, made to look, finds the program dead that it calls running: it does not look by itself. */
  async isDead(signal: AbortSignal): Promise<boolean> {
    try {
      await this.engine.text(this.#call("GET /stats", { stream: false }, signal));
      return false;
    } catch (error) {
      return error instanceof PodmanFault && /container is stopped/u.test(error.complaint);
    }
  }

  /** Sends a signal; one that finds the program ended, or the container gone, is no error. */
  async kill(name: "SIGKILL" | "SIGTERM", signal: AbortSignal): Promise<void> {
    try {
      await this.engine.text(this.#call("POST /kill", { signal: name }, signal));
    } catch (error) {
      if (isEnded(error) || isGone(error)) return;
      // A program that ends at this very moment is complained of in the words of whatever noticed it first.
      const state = await this.inspect(signal);
      if (state?.State.Status === "running") throw error;
    }
  }

  /** Removes the container, running or not, with its anonymous volumes. One that is gone is done already. */
  async remove(): Promise<void> {
    const signal = AbortSignal.timeout(REMOVE_MS);
    const query = { force: true, volumes: true, timeout: 0 };
    await unlessGone(this.engine.text(this.#call("DELETE ", query, signal)));
  }

  /** A call about this container: its method, and what comes behind its name. */
  #call(
    line: `${PodmanCall["method"]} ${string}`,
    query: NonNullable<PodmanCall["query"]>,
    signal: AbortSignal,
  ): PodmanCall {
    const [word = "", path = ""] = line.split(" ");
    const method = METHODS.find((one) => one === word) ?? "GET";
    return { method, path: `/containers/${this.name}${path}`, query, signal };
  }
}

const METHODS: readonly PodmanCall["method"][] = ["DELETE", "GET", "HEAD", "POST", "PUT"];

async function unlessGone<Result>(answer: Promise<Result>): Promise<Result | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
