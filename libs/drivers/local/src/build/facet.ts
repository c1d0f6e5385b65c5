import { join } from "node:path";
import type { BuildFacet, BuildRequest, BuildResult, Work } from "@gantry/driver-api";
import {
  ContentStore,
  formatPlatform,
  hostPlatform,
  parsePlatform,
  parseReference,
  type Platform,
  readImage,
  type RegistryOptions,
  writeImage,
} from "@gantry/oci";
import type { BuildCapabilities } from "@gantry/reports";
import { readIgnore } from "../dockerfile/ignore.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import { PROXY_ARGS } from "../dockerfile/scope.ts";
import { BaseImages } from "./base-images.ts";
import { Build } from "./build.ts";
import { StepCache } from "./cache/step-cache.ts";
import { BuildContext } from "./context/build-context.ts";
import { FileHashes } from "./context/file-hashes.ts";
import { toBuildError } from "./errors.ts";
import { assertPossible } from "./request.ts";
import type { StageState, StepRoom } from "./stage-builder.ts";
import { declaredArgs, targetStage } from "./stage-plan.ts";
import { StepReporter } from "./step-reporter.ts";

export interface LocalBuildOptions {
  /** For the step cache, cache mounts and work in progress. */
  readonly stateDir: string;
  readonly contentDir: string;
  readonly credentials?: RegistryOptions["credentials"];
  /** Makes images that no registry has, by normalized name: the machine's own userland. */
  readonly makers: ReadonlyMap<string, (signal: AbortSignal) => Promise<void>>;
  /** Makes what carries out the steps of one build; must start nothing before the first step. */
  readonly openRoom: (store: ContentStore, work: Work) => StepRoom & AsyncDisposable;
}

const FEATURES: BuildCapabilities["features"] = [
  "build-args",
  "extra-hosts",
  "labels",
  "named-contexts",
  "network-host",
  "network-none",
  "no-cache",
  "pull",
  "secrets",
  "target",
];

/** Builds images without a daemon, into the content store. */
export class LocalBuild implements BuildFacet {
  readonly capabilities: BuildCapabilities;
  readonly #options: LocalBuildOptions;

  constructor(options: LocalBuildOptions) {
    this.#options = options;
    this.capabilities = { platforms: [formatPlatform(hostPlatform())], features: FEATURES };
  }

  async build(request: BuildRequest, work: Work): Promise<BuildResult> {
    try {
      return await this.#build(request, work);
    } catch (error) {
      throw toBuildError(error, work.signal);
    }
  }

  async #build(request: BuildRequest, work: Work): Promise<BuildResult> {
    work.signal.throwIfAborted();
    assertPossible(request, this.capabilities);
    const file = parseDockerfile(request.dockerfile.text, request.dockerfile.path);
    const stage = targetStage(file, request.target);
    const { stateDir, contentDir } = this.#options;
    const store = await ContentStore.open(contentDir);
    await using _lease = await store.lease();
    const hashes = await FileHashes.open(join(stateDir, "build", "file-hashes"));
    await using room = this.#options.openRoom(store, work);
    const reporter = new StepReporter(work);
    await warnOfUnused(file, request, work);
    const build = this.#assemble({ file, request, work, store, hashes, room, reporter });
    const state = await build.stage(stage);
    await hashes.save();
    const image = await finish(store, state, request);
    return { images: [image], steps: reporter.built };
  }

  #assemble(parts: {
    file: Dockerfile;
    request: BuildRequest;
    work: Work;
    store: ContentStore;
    hashes: FileHashes;
    room: StepRoom;
    reporter: StepReporter;
  }): Build {
    const { file, request, work, store, hashes, room, reporter } = parts;
    const given = new Map(Object.entries(request.buildArgs));
    const registry = {
      insecure: request.insecureRegistries,
      ...(this.#options.credentials === undefined
        ? {}
        : { credentials: this.#options.credentials }),
    };
    const bases = new BaseImages({
      store,
      work,
      reporter,
      registry,
      pull: request.pull,
      makers: this.#options.makers,
    });
    const tools = {
      file,
      request,
      reporter,
      room,
      given,
      cache: new StepCache(join(this.#options.stateDir, "build", "cache")),
      isStored: (digest: `sha256:${string}`) => store.retain(digest),
      proxies: new Map([...given].filter(([name]) => PROXY_ARGS.includes(name))),
      signal: work.signal,
    };
    const named = Object.entries(request.contexts).map(
      ([name, directory]) => [name, BuildContext.named(directory, hashes)] as const,
    );
    const context = new BuildContext(request.contextDir, readIgnore(request.ignore), hashes);
    const parameters = {
      tools,
      bases,
      context,
      named: new Map(named),
      target: targetOf(request),
      host: hostPlatform(),
    };
    return new Build(parameters, request.target);
  }
}

function targetOf(request: BuildRequest): Platform {
  const [platform] = request.platforms;
  return platform === undefined ? hostPlatform() : parsePlatform(platform);
}

async function warnOfUnused(file: Dockerfile, request: BuildRequest, work: Work): Promise<void> {
  const declared = declaredArgs(file);
  const unused = Object.keys(request.buildArgs).filter(
    (name) => !declared.has(name) && !PROXY_ARGS.includes(name),
  );
  if (unused.length === 0) return;
  await work.report({
    kind: "notice",
    level: "warning",
    text: `No ARG declares the build argument${unused.length > 1 ? "s" : ""} ${unused.join(", ")}.`,
    hint: `Add ARG ${unused[0] ?? ""} to ${file.path}, or leave the argument out.`,
  });
}

async function finish(
  store: ContentStore,
  state: StageState,
  request: BuildRequest,
): Promise<BuildResult["images"][number]> {
  const { image, layers } = state;
  image.addLabels(request.labels);
  const config = image.toConfig(layers.map((layer) => layer.diffId));
  const descriptor = await writeImage(store, {
    config,
    layers: layers.map((layer) => layer.descriptor),
  });
  const tags = request.tags.map((tag) => parseReference(tag));
  // An image without a name would be collected: its digest then is its name.
  const names = tags.length > 0 ? tags.map((tag) => tag.normalized) : [descriptor.digest];
  for (const name of names) await store.tag(name, descriptor);
  const { configDigest } = await readImage(store, descriptor);
  const { os, architecture, variant } = image.platform;
  return {
    id: configDigest,
    digest: descriptor.digest,
    references: tags.map((tag) => tag.familiar),
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    size: layers.reduce((sum, layer) => sum + layer.descriptor.size, 0),
    user: image.user,
    labels: { ...config.config?.Labels },
  };
}
