import type { Run, RunFacet, RunSpec } from "@gantry/driver-api";
import type { RunCapabilities } from "@gantry/reports";
import { type ImageAnswer, ContainersAnswer, CreatedAnswer } from "../answers.ts";
import type { DockerEngine } from "../docker-engine.ts";
import { invalidRequest, isConflict, runExists, toDriverError } from "../errors.ts";
import { Container } from "./container.ts";
import {
  containerConfig,
  containerName,
  OUTPUTS_LABEL,
  OWNER_LABEL,
  RUN_LABEL,
} from "./container-config.ts";
import { DockerRun } from "./docker-run.ts";
import { localSocket, seenSocket } from "./engine-socket.ts";
import { checkFiles, makeArchive } from "./files.ts";
import { ImageFacts } from "./image-facts.ts";

/** Gives the image that a reference means, fetched when it must be. */
export type ObtainImage = (ref: RunSpec["image"], signal: AbortSignal) => Promise<ImageAnswer>;

export interface DockerRunsOptions {
  readonly engine: DockerEngine;
  readonly obtainImage: ObtainImage;
  readonly platform: () => string;
  readonly lostAfterMs: number;
}

/** How long the creation of a container may take. It is never cut short, because a cut one could not be undone. */
const CREATE_MS = 60_000;

/** Runs invocation images as containers. */
export class DockerRuns implements RunFacet {
  readonly #options: DockerRunsOptions;
  readonly #engine: DockerEngine;
  readonly #facts: ImageFacts;

  constructor(options: DockerRunsOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#facts = new ImageFacts(options.engine);
  }

  get capabilities(): RunCapabilities {
    return {
      platforms: [this.#options.platform()],
      features: [
        "capabilities",
        "cpu-limit",
        "engine-socket",
        "memory-limit",
        "mounts",
        "named-network",
        "network-default",
        "network-host",
        "network-none",
        "observe",
        "pids-limit",
        "privileged",
        "recover",
        "terminal",
      ],
    };
  }

  async handles(imageType: string): Promise<boolean> {
    return imageType === "docker" || imageType === "oci";
  }

  async start(spec: RunSpec, signal: AbortSignal): Promise<Run> {
    checkSpec(spec);
    try {
      const image = await this.#options.obtainImage(spec.image, signal);
      await using undo = new AsyncDisposableStack();
      const container = await this.#create(spec, image, signal);
      // What made the start fail matters more than a failing removal; a sweep takes what stays.
      undo.defer(() => container.remove().catch(() => undefined));
      signal.throwIfAborted();
      const subject = {
        imageId: image.Id,
        user: image.Config?.User ?? "",
        container: container.ref,
      };
      await container.putArchive(
        await makeArchive(spec, { facts: this.#facts, subject }, signal),
        signal,
      );
      await container.start(signal);
      undo.move();
      return this.#run(spec.id, container, spec.outputsDir);
    } catch (error) {
      throw toDriverError(error, `starting run ${spec.id}`, signal);
    }
  }

  async #create(spec: RunSpec, image: ImageAnswer, signal: AbortSignal): Promise<Container> {
    const engineSocket = await seenSocket(spec.engineSocket, () => this.#engine.address());
    signal.throwIfAborted();
    try {
      const { Id } = await this.#engine.json(
        {
          method: "POST",
          path: "/containers/create",
          query: { name: containerName(spec.id) },
          body: containerConfig(spec, { imageId: image.Id, engineSocket }),
          signal: AbortSignal.timeout(CREATE_MS),
        },
        CreatedAnswer,
      );
      return new Container(this.#engine, Id);
    } catch (error) {
      throw isConflict(error) ? runExists(spec.id) : error;
    }
  }

  async recover(id: string, signal: AbortSignal): Promise<Run | undefined> {
    try {
      const state = await new Container(this.#engine, containerName(id)).inspect(signal);
      const labels = state?.Config.Labels ?? {};
      // A container that was made but not started is no run; a sweep takes it away.
      if (state === undefined || labels[RUN_LABEL] !== id || state.State.Status === "created")
        return undefined;
      return this.#run(id, new Container(this.#engine, state.Id), labels[OUTPUTS_LABEL] ?? "/");
    } catch (error) {
      throw toDriverError(error, `looking for run ${id}`, signal);
    }
  }

  async engineSocket(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    return localSocket(await this.#engine.address());
  }

  async sweep(
    owner: string,
    keep: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const filters = JSON.stringify({ label: [`${OWNER_LABEL}=${owner}`] });
    const request = {
      method: "GET",
      path: "/containers/json",
      query: { all: "1", filters },
      signal,
    } as const;
    try {
      const found = await this.#engine.json(request, ContainersAnswer);
      const ours = found.map(({ Id, Labels }) => ({
        container: Id,
        run: Labels?.[RUN_LABEL] ?? "",
      }));
      const orphans = ours.filter(({ run }) => run !== "" && !keep.includes(run));
      await Promise.all(
        orphans.map(({ container }) => new Container(this.#engine, container).remove()),
      );
      return orphans.map(({ run }) => run).toSorted();
    } catch (error) {
      throw toDriverError(error, `sweeping the runs of ${owner}`, signal);
    }
  }

  #run(id: string, container: Container, outputsDir: string): Run {
    return new DockerRun({ id, container, outputsDir, lostAfterMs: this.#options.lostAfterMs });
  }
}

function checkSpec(spec: RunSpec): void {
  if (spec.command.length === 0) {
    throw invalidRequest(`Run ${spec.id} has no command.`, "Name the program to run.");
  }
  if (!/^[0-9A-Za-z]{1,64}$/u.test(spec.id)) {
    throw invalidRequest(
      `Run id ${JSON.stringify(spec.id)} is not 1 to 64 letters and digits.`,
      "Use another id.",
    );
  }
  checkFiles(spec);
}
