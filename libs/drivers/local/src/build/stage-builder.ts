import type { BuildRequest } from "@gantry/driver-api";
import type { ImageLayer } from "@gantry/oci";
import type { Place } from "../dockerfile/errors.ts";
import { expandInstruction } from "../dockerfile/expand-instruction.ts";
import type { Dockerfile, Instruction, Stage } from "../dockerfile/instruction.ts";
import { Scope } from "../dockerfile/scope.ts";
import type { StepCache } from "./cache/step-cache.ts";
import { firstChange, type StepInputs, stepKey, traceOf } from "./cache/step-inputs.ts";
import { appendLayer, chainOf } from "./image/layers.ts";
import { joinDirectory, type StageImage } from "./image/stage-image.ts";
import { planCopy } from "./plan-copy.ts";
import { planRun, type RunSurroundings } from "./plan-run.ts";
import type { PlannedStep, StepPlan } from "./step-plan.ts";
import type { OpenStep, StepReporter } from "./step-reporter.ts";
import type { WorkerLayer } from "./worker/protocol.ts";

/** A stage so far. */
export interface StageState {
  readonly image: StageImage;
  readonly layers: readonly ImageLayer[];
}

/** Carries out one step on top of layers; gives the layer it made, if it changed anything. */
export interface StepRoom {
  /** Says that a step is about to come, so that what takes time to start may start. Never throws. */
  prepare(): void;
  perform(
    plan: StepPlan,
    on: { readonly layers: readonly ImageLayer[]; readonly place: Place; readonly step: OpenStep },
  ): Promise<WorkerLayer | undefined>;
}

/** What all stages of a build share. */
export interface StageTools {
  readonly file: Dockerfile;
  readonly request: BuildRequest;
  readonly reporter: StepReporter;
  readonly cache: StepCache;
  readonly room: StepRoom;
  /** Whether the layer's bytes are at hand; counts as a use of them. */
  readonly isStored: (digest: WorkerLayer["digest"]) => Promise<boolean>;
  readonly findTree: RunSurroundings["findTree"];
  readonly proxies: ReadonlyMap<string, string>;
  readonly given: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** Refuses a RUN on an image that this machine cannot run. */
  readonly assertRunnable: (image: StageImage, place: Place) => void;
}

export interface StageStart {
  readonly stage: Stage;
  /** The instructions, with the triggers of the base in front. */
  readonly instructions: readonly Instruction[];
  readonly state: StageState;
  /** What it is built on, for people. */
  readonly base: string;
  /** What an `ARG` without default falls back to. */
  readonly inherited: ReadonlyMap<string, string>;
  readonly titleOf: (instruction: Instruction) => string;
}

const TOUCHES_FILES = new Set(["copy", "add", "run", "workdir"]);

/** Whether an instruction is a step of its own: it may make a layer. */
export function isStep(instruction: Instruction): boolean {
  return TOUCHES_FILES.has(instruction.kind);
}

/** Carries out the instructions of one stage, one after the other. */
export class StageBuilder {
  readonly #tools: StageTools;
  readonly #start: StageStart;
  readonly #scope: Scope;
  readonly #image: StageImage;
  #layers: readonly ImageLayer[];
  #position = 0;

  constructor(tools: StageTools, start: StageStart) {
    this.#tools = tools;
    this.#start = start;
    this.#image = start.state.image;
    this.#layers = start.state.layers;
    this.#scope = new Scope({
      env: this.#image.environment,
      given: tools.given,
      inherited: start.inherited,
      escape: tools.file.escape,
    });
  }

  async build(): Promise<StageState> {
    for (const written of this.#start.instructions) {
      this.#tools.signal.throwIfAborted();
      const instruction = expandInstruction(written, this.#scope, this.#tools.file.path);
      const hasLayer = isStep(instruction) && (await this.#step(instruction, written));
      this.#apply(instruction);
      this.#image.record(written.text, hasLayer);
    }
    return { image: this.#image, layers: this.#layers };
  }

  #apply(instruction: Instruction): void {
    if (instruction.kind === "arg") {
      for (const { name, value } of instruction.entries) this.#scope.declare(name, value);
      return;
    }
    this.#image.apply(instruction);
    if (instruction.kind !== "env") return;
    for (const { name, value } of instruction.pairs) this.#scope.env.set(name, value);
  }

  /** True when the step has a layer. */
  async #step(instruction: Instruction, written: Instruction): Promise<boolean> {
    const place = { path: this.#tools.file.path, line: written.line };
    const before = await this.#tools.cache.trace(this.#slot());
    if (before === undefined || this.#tools.request.noCache) this.#tools.room.prepare();
    const planned = await this.#plan(instruction, place);
    const inputs = this.#inputs(planned, { instruction, written });
    const title = this.#start.titleOf(written);
    const key = stepKey(inputs);
    const slot = this.#slot();
    this.#position += 1;
    const now = traceOf(inputs);
    const cached = await this.#cached(key);
    if (cached === undefined) {
      const change =
        before === undefined
          ? "first build"
          : (firstChange(before, now) ?? "its layer is no longer stored");
      const reason = this.#tools.request.noCache ? "the cache was not to be used" : change;
      const layer = await this.#tools.reporter.run(title, reason, (step) =>
        this.#tools.room.perform(planned.plan, { layers: this.#layers, place, step }),
      );
      await this.#tools.cache.keep(key, layer === undefined ? {} : { layer });
      await this.#tools.cache.keepTrace(slot, now);
      return this.#append(layer);
    }
    await this.#tools.reporter.cached(title);
    if (JSON.stringify(before) !== JSON.stringify(now))
      await this.#tools.cache.keepTrace(slot, now);
    return this.#append(cached.layer);
  }

  async #cached(key: string): Promise<{ readonly layer?: WorkerLayer } | undefined> {
    if (this.#tools.request.noCache) return undefined;
    const result = await this.#tools.cache.result(key);
    if (result?.layer === undefined) return result;
    return (await this.#tools.isStored(result.layer.digest)) ? result : undefined;
  }

  #append(layer: WorkerLayer | undefined): boolean {
    if (layer === undefined) return false;
    this.#layers = appendLayer(this.#layers, layer);
    return true;
  }

  #inputs(
    planned: PlannedStep,
    of: { instruction: Instruction; written: Instruction },
  ): StepInputs {
    const { line: _, ...rest } = of.instruction;
    const facts = new Map([...this.#namedArgs(of.written.text), ...planned.facts]);
    return {
      parent: chainOf(this.#layers),
      base: this.#position === 0 ? this.#start.base : undefined,
      written: of.written.text,
      instruction: JSON.stringify({ ...rest, text: "", workingDir: this.#image.workingDir }),
      facts,
    };
  }

  /** Variables that the instruction names: one that changed is then the reason, and not the instruction. */
  #namedArgs(text: string): [string, string][] {
    const names = new Set(
      [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? ""),
    );
    return [...names].flatMap((name): [string, string][] => {
      const isEnv = this.#scope.env.has(name);
      const value = this.#scope.lookup(name);
      if (value === undefined) return [];
      return [[`${isEnv ? "environment variable" : "build argument"} ${name}`, value]];
    });
  }

  #slot(): string {
    const { stage } = this.#start;
    const { request } = this.#tools;
    const parts = [
      request.contextDir,
      request.dockerfile.path,
      stage.name ?? String(stage.index),
      this.#position,
    ];
    return JSON.stringify(parts);
  }

  async #plan(instruction: Instruction, place: Place): Promise<PlannedStep> {
    const { findTree, signal } = this.#tools;
    switch (instruction.kind) {
      case "copy": {
        const tree = await findTree(instruction.from, place);
        return planCopy(instruction, { place, signal, tree, workingDir: this.#image.workingDir });
      }
      case "add": {
        const tree = await findTree(undefined, place);
        return planCopy(instruction, { place, signal, tree, workingDir: this.#image.workingDir });
      }
      case "run":
        this.#tools.assertRunnable(this.#image, place);
        return planRun(instruction, this.#surroundings(place));
      default: {
        const path = instruction.kind === "workdir" ? instruction.path : "/";
        const plan = {
          kind: "directory",
          path: joinDirectory(this.#image.workingDir, path),
        } as const;
        return { plan, facts: new Map() };
      }
    }
  }

  #surroundings(place: Place): RunSurroundings {
    const { request, proxies, findTree, signal } = this.#tools;
    return {
      place,
      image: this.#image,
      scope: this.#scope,
      proxies,
      network: request.network,
      extraHosts: request.extraHosts,
      secrets: request.secrets,
      findTree,
      signal,
    };
  }
}
