import type { Run, RunFacet, RunSpec } from "@gantry/driver-api";
import type { RunCapabilities, RunFeature } from "@gantry/reports";
import { ContainerList, type ImageAnswer } from "../engine/answers.ts";
import { invalidRequest, isNameTaken, runExists, toDriverError } from "../errors.ts";
import { enginePlatform } from "../platform.ts";
import type { PodmanEngine } from "../engine/podman-engine.ts";
import { Container } from "./container.ts";
import {
  containerName,
  containerSpec,
  OUTPUTS_LABEL,
  OWNER_LABEL,
  RUN_LABEL,
} from "./container-spec.ts";
import { checkFiles, makeArchive } from "./files.ts";
import { ImageFacts } from "./image-facts.ts";
import { Logs, type LogsPlace } from "./logs.ts";
import { refuseUnsupported } from "./needs.ts";
import { PodmanRun } from "./podman-run.ts";

/** Gives the image that a reference means, fetched when it must be. */
export type ObtainImage = (ref: RunSpec["image"], signal: AbortSignal) => Promise<ImageAnswer>;

export interface PodmanRunsOptions {
  readonly engine: PodmanEngine;
  readonly logs: LogsPlace;
  /** The limits that this Podman can put on a container. */
  readonly limits: readonly RunFeature[];
  readonly obtainImage: ObtainImage;
}

/** How long the creation of a container may take. It is never cut short, because a cut one could not be undone. */
const CREATE_MS = 60_000;

/** Runs invocation images as containers. */
export class PodmanRuns implements RunFacet {
  readonly #engine: PodmanEngine;
  readonly #obtainImage: ObtainImage;
  readonly #logs: Logs;
  readonly #limits: readonly RunFeature[];
  readonly #facts = new ImageFacts();

  constructor({ engine, logs, limits, obtainImage }: PodmanRunsOptions) {
    this.#engine = engine;
    this.#obtainImage = obtainImage;
    this.#logs = new Logs(logs);
    this.#limits = limits;
  }

  get capabilities(): RunCapabilities {
    return {
      platforms: [enginePlatform()],
      features: [
        "capabilities",
        "mounts",
        "named-network",
        "network-default",
        "network-host",
        "network-none",
        "observe",
        "privileged",
        "recover",
        "terminal",
        ...this.#limits,
      ],
    };
  }

  async handles(imageType: string): Promise<boolean> {
    return imageType === "docker" || imageType === "oci";
  }

  async start(spec: RunSpec, signal: AbortSignal): Promise<Run> {
    refuseUnsupported(spec, this.capabilities.features);
    checkSpec(spec);
    try {
      const image = await this.#obtainImage(spec.image, signal);
      await using undo = new AsyncDisposableStack();
      const container = new Container(this.#engine, containerName(spec.id));
      await this.#create(spec, image.Id);
      // What made the start fail matters more than a failing removal; a sweep takes what stays.
      undo.defer(() => this.#remove(spec.id).catch(() => undefined));
      signal.throwIfAborted();
      const look = this.#facts.of(image.Id, container, signal);
      await container.putArchive(await makeArchive(spec, look), signal);
      await container.start(signal);
      undo.move();
      return this.#run(spec.id, spec.outputsDir);
    } catch (error) {
      throw toDriverError(error, `starting run ${spec.id}`, signal);
    }
  }

  async #create(spec: RunSpec, imageId: string): Promise<void> {
    const signal = AbortSignal.timeout(CREATE_MS);
    const path = "/containers/create";
    const body = containerSpec(spec, { imageId, logPath: await this.#logs.make(spec.id) });
    try {
      await this.#engine.text({ method: "POST", path, body, signal });
    } catch (error) {
      if (isNameTaken(error)) throw runExists(spec.id);
      await this.#logs.remove(spec.id);
      throw error;
    }
  }

  #run(id: string, outputsDir: string): PodmanRun {
    const container = new Container(this.#engine, containerName(id));
    return new PodmanRun({ id, container, outputsDir, remove: () => this.#remove(id) });
  }

  async #remove(id: string): Promise<void> {
    await new Container(this.#engine, containerName(id)).remove();
    await this.#logs.remove(id);
  }

  async recover(id: string, signal: AbortSignal): Promise<Run | undefined> {
    try {
      const state = await new Container(this.#engine, containerName(id)).inspect(signal);
      const labels = state?.Config.Labels ?? {};
      // A container that was made but not started is no run; a sweep takes it away.
      const isRun = labels[RUN_LABEL] === id && state?.State.Status !== "created";
      if (!isRun) return undefined;
      return this.#run(id, labels[OUTPUTS_LABEL] ?? "/");
    } catch (error) {
      throw toDriverError(error, `looking for run ${id}`, signal);
    }
  }

  async sweep(
    owner: string,
    keep: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const filters = JSON.stringify({ label: [`${OWNER_LABEL}=${owner}`] });
    const query = { all: true, filters };
    try {
      const list = { method: "GET", path: "/containers/json", query, signal } as const;
      const found = (await this.#engine.json(list, ContainerList)) ?? [];
      const runs = found.map(({ Labels }) => Labels?.[RUN_LABEL] ?? "");
      const orphans = runs.filter((run) => run !== "" && !keep.includes(run));
      await Promise.all(orphans.map((run) => this.#remove(run)));
      return orphans.toSorted();
    } catch (error) {
      throw toDriverError(error, `sweeping the runs of ${owner}`, signal);
    }
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
