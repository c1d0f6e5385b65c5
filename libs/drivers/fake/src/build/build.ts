import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type BuildFacet,
  type BuildRequest,
  type BuildResult,
  type BuiltStep,
  buildNeeds,
  type Work,
} from "@gantry/driver-api";
import { BuildCache } from "./build-cache.ts";
import { type Instruction, pairsOf, readDockerfile, type Stage } from "./dockerfile.ts";
import {
  buildFailed,
  canceled,
  imageNotFound,
  invalidDockerfile,
  missingFile,
  unsupported,
} from "../errors.ts";
import { describeConfig, type Draft, EMPTY, toConfig } from "../images/image-config.ts";
import type { ImageStore } from "../images/image-store.ts";
import type { FakeOptions } from "../options.ts";
import { enter, pause } from "../pace.ts";
import { timelineOf } from "../script/timeline.ts";
import { scriptOfWords } from "../script/words.ts";

/** The build facet: carries out nothing, but keeps steps, cache, labels and failures as a build would have them. */
export function fakeBuilds(options: FakeOptions, stateDir: string, store: ImageStore): BuildFacet {
  const features = options.buildFeatures;
  const cache = new BuildCache(stateDir);
  return {
    capabilities: { platforms: [options.platform], features },
    async build(request, work) {
      const need = buildNeeds(request).find((each) => !features.includes(each));
      if (need !== undefined) throw unsupported(need);
      await enter("build", options, work.signal);
      return new FakeBuild({ request, work, store, cache, platform: options.platform }).run();
    },
  };
}

interface Parts {
  readonly request: BuildRequest;
  readonly work: Work;
  readonly store: ImageStore;
  readonly cache: BuildCache;
  readonly platform: string;
}

/** One build. */
class FakeBuild {
  readonly #parts: Parts;
  readonly #steps: BuiltStep[] = [];
  readonly #stages = new Map<string, Draft>();
  #args: Record<string, string> = {};
  #missed: string | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async run(): Promise<BuildResult> {
    const { request, store, platform, work } = this.#parts;
    let draft = EMPTY;
    for (const stage of stagesFor(request)) draft = await this.#stage(stage);
    if (work.signal.aborted) throw canceled();
    const config = toConfig({ ...draft, labels: { ...draft.labels, ...request.labels } }, platform);
    const image = describeConfig(config);
    await store.put({ image, config }, request.tags);
    return { images: [(await store.find({ id: image.id })) ?? image], steps: this.#steps };
  }

  async #stage(stage: Stage): Promise<Draft> {
    this.#args = {};
    this.#missed = this.#parts.request.noCache ? "The build was told to use no cache." : undefined;
    let draft = await this.#from(stage);
    for (const instruction of stage.instructions)
      draft = await this.#instruction(draft, instruction);
    if (stage.name !== undefined) this.#stages.set(stage.name.toLowerCase(), draft);
    return draft;
  }

  async #from({ from, line }: Stage): Promise<Draft> {
    if (from === "scratch") return EMPTY;
    const earlier = this.#stages.get(from.toLowerCase());
    if (earlier !== undefined) return earlier;
    const image = await this.#parts.store.find({ reference: from });
    if (image === undefined && !from.startsWith("fake/"))
      throw imageNotFound(`${from} (line ${line})`);
    return {
      user: image?.user ?? "",
      labels: image?.labels ?? {},
      history: [`FROM ${image?.id ?? from}`],
    };
  }

  async #instruction(draft: Draft, instruction: Instruction): Promise<Draft> {
    const next = await this.#next(draft, instruction);
    const key = next.history.join("\n");
    const id = createHash("sha256")
      .update(`${this.#steps.length} ${key}`)
      .digest("hex")
      .slice(0, 12);
    const reason = this.#missed ?? (await this.#parts.cache.missReason(key, instruction.text));
    this.#missed = reason === undefined ? undefined : "A step before it was carried out again.";
    const title = instruction.text;
    const { work } = this.#parts;
    if (reason === undefined) {
      await work.report({ kind: "step", step: id, title, state: "cached", durationMs: 0 });
      this.#steps.push({ title, cached: true });
      return next;
    }
    await work.report({ kind: "step", step: id, title, state: "started", reason });
    await this.#carryOut(instruction, id);
    await this.#parts.cache.add(key, instruction.text);
    this.#steps.push({ title, cached: false, missReason: reason });
    return next;
  }

  async #next(draft: Draft, instruction: Instruction): Promise<Draft> {
    const rest = this.#expand(instruction.rest);
    const history = [...draft.history, `${instruction.word} ${rest}`];
    switch (instruction.word) {
      case "ARG":
        this.#declare(instruction.rest);
        return { ...draft, history };
      case "LABEL":
        return {
          ...draft,
          history,
          labels: { ...draft.labels, ...this.#labels(instruction.rest) },
        };
      case "USER":
        return { ...draft, history, user: rest.trim() };
      case "RUN":
        return {
          ...draft,
          history: [...draft.history, `RUN ${rest} ${JSON.stringify(this.#args)}`],
        };
      case "COPY":
      case "ADD":
        return { ...draft, history: [...history, await this.#sources(instruction)] };
      default:
        return { ...draft, history };
    }
  }

  async #carryOut({ word, rest, text }: Instruction, step: string): Promise<void> {
    const { work } = this.#parts;
    const ended = { kind: "step", step, title: text } as const;
    const script = word === "RUN" ? scriptOfWords(this.#expand(rest)) : [];
    const { events, endAt, outcome } = timelineOf(script, {});
    const since = performance.now();
    try {
      for (const { at, thing } of events) {
        await pause(at - (performance.now() - since), work.signal);
        await work.report(thing.kind === "log" ? { ...thing, step } : thing);
      }
      await pause(endAt - (performance.now() - since), work.signal);
    } catch (error) {
      await work.report({ ...ended, state: "canceled" });
      throw error;
    }
    const durationMs = performance.now() - since;
    const exitCode = outcome.kind === "exited" ? outcome.exitCode : 255;
    if (exitCode === 0) return work.report({ ...ended, state: "done", durationMs });
    await work.report({ ...ended, state: "failed", durationMs, reason: `exit code ${exitCode}` });
    throw buildFailed(text, exitCode);
  }

  #declare(rest: string): void {
    const [name = "", ...value] = rest.split("=");
    const given = this.#parts.request.buildArgs[name.trim()];
    this.#args[name.trim()] = given ?? value.join("=");
  }

  /** Variables are put in after the pairs are told apart, so that a value cannot make another pair. */
  #labels(rest: string): Record<string, string> {
    const pairs = Object.entries(pairsOf(rest));
    return Object.fromEntries(pairs.map(([key, value]) => [key, this.#expand(value)]));
  }

  #expand(text: string): string {
    return text.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => this.#args[name] ?? whole);
  }

  async #sources({ rest, line }: Instruction): Promise<string> {
    const words = rest.split(/\s+/).filter((word) => word !== "" && !word.startsWith("--"));
    if (/--from=/.test(rest)) return "from a stage";
    const { contextDir, dockerfile } = this.#parts.request;
    const digests = words.slice(0, -1).map(async (source) => {
      const digest = await digestOfFile(join(contextDir, source));
      if (digest === undefined) throw missingFile(source, { path: dockerfile.path, line });
      return digest;
    });
    return (await Promise.all(digests)).join(" ");
  }
}

function stagesFor({ dockerfile, target }: BuildRequest): Stage[] {
  const stages = readDockerfile(dockerfile);
  if (target === undefined) return stages;
  const last = stages.findIndex(({ name }) => name?.toLowerCase() === target.toLowerCase());
  if (last >= 0) return stages.slice(0, last + 1);
  throw invalidDockerfile(`There is no stage ${target}.`, { path: dockerfile.path });
}

async function digestOfFile(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).isDirectory()) return "directory";
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  } catch {
    return undefined;
  }
}
