import { formatPlatform, type ImageLayer, type Platform, parsePlatform } from "@gantry/oci";
import { dockerfileError, type Place, unsupportedError } from "../dockerfile/errors.ts";
import { expandAt } from "../dockerfile/expand-instruction.ts";
import type { Instruction, Stage } from "../dockerfile/instruction.ts";
import { parseTrigger } from "../dockerfile/parse.ts";
import { platformArgs, Scope } from "../dockerfile/scope.ts";
import type { BaseImages } from "./base-images.ts";
import type { BuildContext } from "./context/build-context.ts";
import { chainOf } from "./image/layers.ts";
import { StageImage } from "./image/stage-image.ts";
import { isStep, StageBuilder, type StageState, type StageTools } from "./stage-builder.ts";
import { findStage, stageLabel } from "./stage-plan.ts";
import { contextTree, type FoundTree, layersTree } from "./trees.ts";

/** What a build needs beside the tools of its stages. */
export interface BuildParts {
  readonly tools: Omit<StageTools, "findTree" | "assertRunnable">;
  readonly bases: BaseImages;
  readonly context: BuildContext;
  readonly named: ReadonlyMap<string, BuildContext>;
  /** What the image is for, and what this machine is. */
  readonly target: Platform;
  readonly host: Platform;
}

interface Base {
  readonly image: StageImage;
  readonly layers: readonly ImageLayer[];
  readonly triggers: readonly string[];
  /** For people. */
  readonly label: string;
}

/** One build of a Dockerfile: makes the stages that are needed, each once. */
export class Build {
  readonly #parts: BuildParts;
  readonly #tools: StageTools;
  readonly #stages = new Map<number, Promise<StageState>>();
  readonly #globals: ReadonlyMap<string, string>;

  constructor(parts: BuildParts, targetName: string | undefined) {
    this.#parts = parts;
    this.#tools = {
      ...parts.tools,
      findTree: (name, place) => this.#findTree(name, place),
      assertRunnable: (image, place) => this.#assertRunnable(image, place),
    };
    this.#globals = this.#globalArgs(targetName);
  }

  /** The finished stage. */
  stage(stage: Stage): Promise<StageState> {
    const known = this.#stages.get(stage.index);
    if (known !== undefined) return known;
    const making = this.#make(stage);
    this.#stages.set(stage.index, making);
    return making;
  }

  async #make(stage: Stage): Promise<StageState> {
    const { path } = this.#tools.file;
    const place = { path, line: stage.line };
    const base = await this.#base(stage, place);
    const triggered = base.triggers.map((trigger) => parseTrigger(trigger, place));
    const instructions = [...triggered, ...stage.instructions];
    const state = { image: base.image, layers: base.layers };
    const titleOf = this.#titles(stage, instructions);
    const start = {
      stage,
      instructions,
      state,
      base: base.label,
      inherited: this.#globals,
      titleOf,
    };
    return new StageBuilder(this.#tools, start).build();
  }

  async #base(stage: Stage, place: Place): Promise<Base> {
    const words = this.#globalScope();
    const name = expandAt(stage.base, words, place);
    if (name === "") {
      throw dockerfileError(
        place,
        `${stage.base} is empty`,
        "Give the argument a default before FROM, or a value with --build-arg.",
      );
    }
    const platform = this.#platform(stage, place);
    if (name === "scratch") {
      await this.#tools.reporter.cached(this.#fromTitle(stage));
      return {
        image: new StageImage(undefined, platform),
        layers: [],
        triggers: [],
        label: "scratch",
      };
    }
    if (this.#parts.named.has(name)) {
      throw unsupportedError(place, "dockerfile-from-context", {
        message: `FROM ${name} names a directory given as a named context`,
        hint: `Write FROM scratch and COPY --from=${name} / / instead.`,
      });
    }
    const earlier = findStage(this.#tools.file.stages.slice(0, stage.index), name);
    return earlier === undefined
      ? this.#imageBase(stage, name, platform)
      : this.#stageBase(stage, earlier);
  }

  async #stageBase(stage: Stage, earlier: Stage): Promise<Base> {
    const { image, layers } = await this.stage(earlier);
    await this.#tools.reporter.cached(this.#fromTitle(stage));
    const config = image.toConfig(layers.map((layer) => layer.diffId));
    const triggers = config.config?.OnBuild ?? [];
    const label = `stage ${stageLabel(this.#tools.file, earlier)} (${chainOf(layers).slice(0, 19)})`;
    return { image: new StageImage(config, image.platform), layers, triggers, label };
  }

  async #imageBase(stage: Stage, name: string, platform: Platform): Promise<Base> {
    const place = { path: this.#tools.file.path, line: stage.line };
    const title = this.#fromTitle(stage);
    const image = await this.#parts.bases.get({ name, platform, place, title });
    const { config, layers, manifestDigest } = image;
    const { os, architecture, variant } = config;
    const own = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    return {
      image: new StageImage(config, own),
      layers,
      triggers: config.config?.OnBuild ?? [],
      label: `${name} (${manifestDigest.slice(0, 19)})`,
    };
  }

  async #findTree(name: string | undefined, place: Place): Promise<FoundTree> {
    const { context, named, bases, target } = this.#parts;
    if (name === undefined) return contextTree(context, "build context");
    const directory = named.get(name);
    if (directory !== undefined) return contextTree(directory, `context ${name}`);
    const stage = findStage(this.#tools.file.stages, name);
    if (stage !== undefined) {
      if (stage.line >= place.line) {
        throw dockerfileError(
          place,
          `stage ${name} is not made before this line`,
          "Copy from an earlier stage.",
        );
      }
      const { layers } = await this.stage(stage);
      return layersTree(layers, chainOf(layers), `stage ${name}`);
    }
    const title = `[${name}] load image`;
    const { layers } = await bases.get({ name, platform: target, place, title });
    return layersTree(layers, chainOf(layers), `image ${name}`);
  }

  #assertRunnable(image: StageImage, place: Place): void {
    const { os, architecture } = image.platform;
    const { host } = this.#parts;
    if (os === host.os && architecture === host.architecture) return;
    const wanted = formatPlatform(image.platform);
    throw unsupportedError(place, `platform ${wanted}`, {
      message: `RUN needs programs of ${wanted}, and this machine runs ${formatPlatform(host)}`,
      hint: "Build without RUN for that platform, or use a driver that can emulate it.",
    });
  }

  #platform(stage: Stage, place: Place): Platform {
    if (stage.platform === undefined) return this.#parts.target;
    const text = expandAt(stage.platform, this.#globalScope(), place);
    if (/^[\w.-]+\/[\w.-]+(?:\/[\w.-]+)?$/.test(text)) return parsePlatform(text);
    throw dockerfileError(
      place,
      `--platform=${text}`,
      "Expected os/architecture, such as linux/amd64.",
    );
  }

  #globalScope(): Scope {
    const { given, file } = this.#tools;
    const scope = new Scope({ env: new Map(), given, inherited: new Map(), escape: file.escape });
    for (const [name, value] of this.#globals) scope.args.set(name, value);
    return scope;
  }

  #globalArgs(targetName: string | undefined): ReadonlyMap<string, string> {
    const { given, file } = this.#tools;
    const { target, host } = this.#parts;
    const platforms = platformArgs(target, host, targetName);
    const scope = new Scope({ env: new Map(), given, inherited: platforms, escape: file.escape });
    for (const name of platforms.keys()) scope.declare(name, undefined);
    for (const { entries, line } of file.globalArgs) {
      for (const { name, value } of entries) {
        const place = { path: file.path, line };
        scope.declare(name, value === undefined ? undefined : expandAt(value, scope, place));
      }
    }
    return scope.args;
  }

  #fromTitle(stage: Stage): string {
    return this.#numbered(stage, 1, stage.instructions.filter(isStep).length + 1)(stage.text);
  }

  #titles(
    stage: Stage,
    instructions: readonly Instruction[],
  ): (instruction: Instruction) => string {
    const steps = instructions.filter(isStep);
    return (instruction) => {
      const number = steps.indexOf(instruction) + 2;
      return this.#numbered(stage, number, steps.length + 1)(instruction.text);
    };
  }

  #numbered(stage: Stage, number: number, count: number): (text: string) => string {
    const label = stageLabel(this.#tools.file, stage);
    const where = label === "" ? `${number}/${count}` : `${label} ${number}/${count}`;
    return (text) => `[${where}] ${text}`;
  }
}
