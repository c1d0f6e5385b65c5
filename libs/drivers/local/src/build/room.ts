import { join } from "node:path";
import type { Work } from "@gantry/driver-api";
import type { ImageLayer } from "@gantry/oci";
import type { NoticeEvent } from "@gantry/reports";
import type { Place } from "../dockerfile/errors.ts";
import type { SandboxHost } from "../sandbox/host.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { SandboxSpec, StartOptions } from "../sandbox/spec.ts";
import type { CacheMounts } from "./cache-mounts.ts";
import { stepBroken } from "./errors.ts";
import { appendLayer } from "./image/layers.ts";
import { RunStep } from "./run-step.ts";
import type { StepRoom } from "./stage-builder.ts";
import type { SourceTree, StepPlan } from "./step-plan.ts";
import type { OpenStep } from "./step-reporter.ts";
import type {
  CopyTask,
  StepTask,
  TreePlan,
  WorkerLayer,
  WorkerRequest,
  WorkerResult,
} from "./worker/protocol.ts";
import { type Worker, WorkerFault } from "./worker/worker.ts";
import { sweepWorkspaces, Workspace } from "./workspace.ts";

/** What a build needs of namespaces and snapshots. */
export interface RoomTools {
  host(): Promise<SandboxHost>;
  /** Directories of these layers, topmost first. */
  lowerDirs(layers: readonly ImageLayer[], signal: AbortSignal): Promise<readonly string[]>;
  /** Keeps `upperDir` as the directory of the last of `layers`; the directory may be moved. */
  keep(layers: readonly ImageLayer[], upperDir: string): Promise<void>;
  /** Starts the process for file work, as root of the ids that images use. */
  startWorker(signal: AbortSignal): Promise<Worker>;
  /** Starts a program in namespaces of its own. */
  startProgram(spec: SandboxSpec, options: StartOptions): Promise<Sandbox>;
}

export interface RoomOptions {
  readonly tools: RoomTools;
  readonly cacheMounts: CacheMounts;
  /** For work in progress; on the file system of the snapshots. */
  readonly workDir: string;
  /** For cache mounts. */
  readonly contentDir: string;
  readonly work: Work;
}

const ONE_ID: NoticeEvent = {
  kind: "notice",
  level: "warning",
  text: "Only one user id is available here: COPY and ADD keep owners in the image, but a program in RUN cannot change an owner or become another user, and files of the base image seem to be root's.",
  hint: "Install uidmap and give this user ranges in /etc/subuid and /etc/subgid.",
};

/** Directories of one step, and what is below it. */
export interface StepDirs {
  readonly space: Workspace;
  readonly lowers: readonly string[];
  readonly upper: string;
  readonly work: string;
}

/** Carries out the steps of one build. Nothing is started before the first step; disposing it ends all. */
export class LocalRoom implements StepRoom, AsyncDisposable {
  readonly #options: RoomOptions;
  #worker: Promise<Worker> | undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  prepare(): void {
    // A failure is met again by the step that needs the worker.
    this.#start().catch(() => undefined);
  }

  async perform(
    plan: StepPlan,
    on: { readonly layers: readonly ImageLayer[]; readonly place: Place; readonly step: OpenStep },
  ): Promise<WorkerLayer | undefined> {
    const { tools, work, workDir } = this.#options;
    await using space = await Workspace.create(workDir, (paths) => this.#remove(paths));
    const lowers = await tools.lowerDirs(on.layers, work.signal);
    const upper = await space.directory("upper");
    const dirs = { space, lowers, upper, work: await space.directory("work") };
    const task =
      plan.kind === "run"
        ? await this.#run(plan, { ...on, dirs })
        : await this.#fileTask(plan, space);
    const { layer } = await this.#step(task, dirs, on.place);
    if (layer !== undefined) await tools.keep(appendLayer(on.layers, layer), upper);
    return layer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined);
    await worker?.[Symbol.asyncDispose]();
  }

  async #run(
    plan: Extract<StepPlan, { kind: "run" }>,
    on: { readonly place: Place; readonly step: OpenStep; readonly dirs: StepDirs },
  ): Promise<StepTask> {
    const step = new RunStep(plan, {
      ...on,
      ...this.#options,
      send: (request) => this.#send(request, on.place),
      tree: (source, name) => this.#tree(source, on.dirs.space, name),
      image: { kind: "layers", lowers: on.dirs.lowers, mount: join(on.dirs.space.path, "image") },
    });
    return { kind: "capture", mountPoints: await step.run() };
  }

  async #fileTask(plan: Exclude<StepPlan, { kind: "run" }>, space: Workspace): Promise<StepTask> {
    if (plan.kind === "directory") return plan;
    const from = await this.#tree(plan.from, space, "from");
    const task: CopyTask = { ...plan, from };
    return task;
  }

  async #tree(source: SourceTree, space: Workspace, name: string): Promise<TreePlan> {
    if (source.kind === "directory") return source;
    const lowers = await this.#options.tools.lowerDirs(source.layers, this.#options.work.signal);
    return { kind: "layers", lowers, mount: join(space.path, name) };
  }

  #step(task: StepTask, dirs: StepDirs, place: Place): Promise<WorkerResult> {
    const { space, lowers, upper, work } = dirs;
    const overlay = {
      lowers,
      upper,
      work,
      merged: join(space.path, "merged"),
      below: join(space.path, "below"),
    };
    return this.#send({ op: "step", overlay, task, contentDir: this.#options.contentDir }, place);
  }

  async #send(request: WorkerRequest, place: Place): Promise<WorkerResult> {
    const { signal } = this.#options.work;
    signal.throwIfAborted();
    const worker = await this.#start();
    try {
      return await worker.send(request);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof WorkerFault ? stepBroken(place, error) : error;
    }
  }

  #start(): Promise<Worker> {
    this.#worker ??= this.#open();
    return this.#worker;
  }

  async #open(): Promise<Worker> {
    const { tools, work, workDir } = this.#options;
    const { mapping } = await tools.host();
    if (mapping.kind === "single") await work.report(ONE_ID);
    const worker = await tools.startWorker(work.signal);
    await sweepWorkspaces(
      workDir,
      async (paths) => void (await worker.send({ op: "remove", paths })),
    );
    return worker;
  }

  /** The build's own worker may have been ended with the build: then another one clears up. */
  async #remove(paths: readonly string[]): Promise<void> {
    const own = await this.#worker?.catch(() => undefined);
    if (own?.isRunning === true && !this.#options.work.signal.aborted) {
      await own.send({ op: "remove", paths });
      return;
    }
    await using worker = await this.#options.tools.startWorker(new AbortController().signal);
    await worker.send({ op: "remove", paths });
  }
}
