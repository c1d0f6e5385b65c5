import { dirname } from "node:path";
import { newId } from "@gantry/cnab";
import { bundleDockerfile, formatProblem } from "@gantry/manifest";
import { buildNeeds, type BuildResult } from "@gantry/driver-api";
import { BuildOptions, type BundleSource, type PassedOver } from "@gantry/protocol";
import type { Image } from "@gantry/reports";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Endpoint, Environment } from "../endpoints/endpoint.ts";
import { negotiate } from "../endpoints/negotiate.ts";
import type { EndpointRegistry } from "../endpoints/registry.ts";
import type { Sweeper } from "../endpoints/sweeper.ts";
import { Fault } from "../fault.ts";
import type { Home } from "../home.ts";
import type { OperationContext } from "../operations/operations.ts";
import type { Turns } from "../operations/turns.ts";
import type { BuildRow } from "../store/builds.ts";
import type { Store } from "../store/store.ts";
import { checkRuntime } from "./check-runtime.ts";
import { checkScripts } from "./check-scripts.ts";
import { type ContextFile, contextFiles, topLevel } from "./context-files.ts";
import { causesOf, changes, fingerprintOf, type Inputs, inputsOf } from "./fingerprint.ts";
import { findMixins, mixinLines, mixinVersions, type MixinFiles } from "./mixins.ts";
import { toBuildRequest } from "./request.ts";
import type { FindRuntime, Runtime } from "./runtime.ts";
import { readSource, type Source, sourceKey } from "./source.ts";
import { bundleOf, recordOf } from "./result.ts";
import { stage, stageBundle } from "./stage.ts";

/** What building needs of the daemon. */
export interface BuildRoom {
  readonly home: Home;
  readonly store: Store;
  readonly audit: AuditLog;
  readonly endpoints: EndpointRegistry;
  readonly sweeper: Sweeper;
  readonly findRuntime: FindRuntime;
  readonly version: string;
  readonly mixinDirs: readonly string[];
  readonly buildTurns: Turns;
  /** What programs started on the daemon's own behalf see. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What is needed of a build to tell what it would do. */
export interface ForeseeWork extends Pick<BuildWork, "source" | "options"> {
  readonly context: Pick<OperationContext, "signal" | "report">;
}

export interface BuildWork {
  readonly source: BundleSource;
  readonly options: BuildOptions;
  readonly environment: Environment;
  /** The endpoint that will run the image: it builds as well when it can and none was named. */
  readonly runner?: string | undefined;
  readonly context: OperationContext;
}

/** Everything known before a driver is asked. */
export interface PreparedBuild {
  readonly source: Source;
  readonly files: readonly ContextFile[];
  readonly mixins: readonly MixinFiles[];
  readonly inputs: (endpoint: string, runtime: string) => Inputs;
}

/** What the user asked for, or what was asked for when the source was built last. */
export async function optionsFor(
  { store }: Pick<BuildRoom, "store">,
  source: BundleSource,
  asked: BuildOptions | undefined,
): Promise<BuildOptions> {
  if (asked !== undefined) return asked;
  const isSource = source.file !== undefined || source.dir !== undefined;
  const last = isSource ? store.builds.find(await sourceKey(source)) : undefined;
  return last?.options ?? BuildOptions.parse({});
}

/** Builds a bundle, or finds that nothing changed since it was built last; then no engine is contacted. */
export function buildBundle(room: BuildRoom, work: BuildWork): Promise<BuildRow> {
  const { file, dir } = work.source;
  // Two builds of one directory would write the same generated files.
  const place = dir ?? (file === undefined ? "" : dirname(file));
  return room.buildTurns.take(place, work.context.signal, () => buildNext(room, work));
}

async function buildNext(room: BuildRoom, work: BuildWork): Promise<BuildRow> {
  const prepared = await prepare(room, work);
  const before = room.store.builds.find(prepared.source.key);
  const current =
    before === undefined ? undefined : await upToDate(room, work, { before, prepared });
  if (current !== undefined) {
    await work.context.report("build", {
      kind: "notice",
      level: "info",
      text: "The bundle is up to date.",
    });
    // A build that failed since has taken it away.
    await stageBundle(prepared.source.dir, current.bundleBytes);
    return current;
  }
  return rebuild(room, work, { prepared, before });
}

/** Reads everything that a build depends on. */
export async function prepare(
  room: BuildRoom,
  { source: given, options, context }: ForeseeWork,
): Promise<PreparedBuild> {
  const source = await readSource(given, options);
  const { signal } = context;
  const scan = (dir: string, ignore: string) =>
    contextFiles({ dir, ignore, builds: room.store.builds, signal });
  const [files, mixins, ...contexts] = await Promise.all([
    scan(source.dir, source.ignore),
    findMixins(source.manifest, room.mixinDirs),
    ...Object.entries(options.buildContexts).map(
      async ([name, dir]) => [name, await scan(dir, "")] as const,
    ),
  ]);
  const warnings = [...source.manifest.warnings.map(formatProblem), ...checkScripts(source, files)];
  for (const text of warnings)
    await context.report("prepare", { kind: "notice", level: "warning", text });
  const parts = {
    source,
    files,
    mixins,
    contexts: Object.fromEntries(contexts),
    build: options,
    version: room.version,
  };
  return {
    source,
    files,
    mixins,
    inputs: (endpoint, runtime) => inputsOf({ ...parts, endpoint, runtime }),
  };
}

async function upToDate(
  room: BuildRoom,
  { options, context }: BuildWork,
  { before, prepared }: { before: BuildRow; prepared: PreparedBuild },
): Promise<BuildRow | undefined> {
  if (options.force || options.noCache || options.pull) return undefined;
  const runtime = await findRuntime(room, options.platform, context.signal);
  const inputs = prepared.inputs(options.driver ?? before.record.endpoint, runtime.digest);
  const changed = changes(before.inputs, inputs);
  if (changed.length === 0) return { ...before, record: { ...before.record, upToDate: true } };
  const shown =
    changed.length > 3 ? [...changed.slice(0, 3), `${changed.length - 3} more`] : changed;
  await context.report("prepare", {
    kind: "notice",
    level: "info",
    text: `Building anew: ${shown.join(", ")}.`,
  });
  return undefined;
}

/** The run tool and Node for the platform of a build. */
export function findRuntime(
  room: BuildRoom,
  platform: string | undefined,
  signal: AbortSignal,
): Promise<Runtime> {
  const native = `linux/${process.arch === "x64" ? "amd64" : process.arch}`;
  return room.findRuntime(platform ?? native, { cacheDir: room.home.cache, signal });
}

async function rebuild(
  room: BuildRoom,
  work: BuildWork,
  { prepared, before }: { prepared: PreparedBuild; before: BuildRow | undefined },
): Promise<BuildRow> {
  const { options, context } = work;
  const { source, mixins } = prepared;
  const runtime = await findRuntime(room, options.platform, context.signal);
  const versions = await mixinVersions(source.manifest, mixins, {
    version: room.version,
    environment: room.environment,
    signal: context.signal,
  });
  const dockerfile = await generateDockerfile(room, prepared, context);
  await stage({ dir: source.dir, canonical: source.canonical, dockerfile, runtime, mixins });
  const { endpoint, passedOver, result, image } = await build(room, work, {
    source,
    dockerfile,
    first: before?.record.endpoint,
  });
  await room.sweeper.sweepOnce(endpoint);
  const check = { id: newId({}), image, owner: room.store.owner, signal: context.signal };
  try {
    await room.sweeper.keeping(check.id, () => checkRuntime(endpoint, check));
  } catch (error) {
    await forgetImage(endpoint, image);
    throw error;
  }
  const inputs = prepared.inputs(endpoint.name, runtime.digest);
  const fingerprint = fingerprintOf(inputs);
  const bundleBytes = bundleOf(source, image, { fingerprint, versions, version: room.version });
  const bundleFile = await stageBundle(source.dir, bundleBytes);
  const causes = causesOf(options, before?.inputs, inputs);
  const made = { endpoint: endpoint.name, passedOver, image, result, bundleFile, causes };
  const record = recordOf(source, made);
  const built = new Date().toISOString();
  const row: BuildRow = { fingerprint, inputs, record, bundleBytes, options, built };
  room.store.builds.put(source.key, row);
  return row;
}

/** An image that no bundle will use is not left in the engine. */
async function forgetImage({ instance }: Endpoint, { id }: Image): Promise<void> {
  try {
    await instance.images?.remove?.({ id }, AbortSignal.timeout(60_000));
  } catch {
    // What the check found matters more.
  }
}

async function generateDockerfile(
  { environment }: BuildRoom,
  { source, files, mixins }: PreparedBuild,
  context: OperationContext,
): Promise<string> {
  const lines = await mixinLines(source.manifest, mixins, {
    dir: source.dir,
    environment,
    signal: context.signal,
    report: (event) => context.report("prepare", event),
  });
  const { text, warnings } = bundleDockerfile({
    manifest: source.manifest,
    ...(source.template === undefined ? {} : { template: source.template }),
    mixinLines: lines,
    entries: await topLevel(files, source.dir),
  });
  for (const warning of warnings) {
    await context.report("prepare", {
      kind: "notice",
      level: "warning",
      text: `${source.template?.path}: ${warning}`,
    });
  }
  return text;
}

async function builderOf(
  endpoints: EndpointRegistry,
  runner: string | undefined,
  environment: Environment,
): Promise<string | undefined> {
  if (runner === undefined) return undefined;
  const { instance } = await endpoints.get(runner, environment);
  return instance.build === undefined ? undefined : runner;
}

interface Built {
  readonly endpoint: Endpoint;
  readonly passedOver: readonly PassedOver[];
  readonly result: BuildResult;
  readonly image: Image;
}

async function build(
  room: BuildRoom,
  { options, environment, runner, context }: BuildWork,
  { source, dockerfile, first }: { source: Source; dockerfile: string; first: string | undefined },
): Promise<Built> {
  const request = toBuildRequest(source, dockerfile, options);
  const need = {
    facet: "build",
    features: buildNeeds(request),
    platforms: request.platforms,
  } as const;
  const { endpoint, reason, passedOver } = await negotiate(room.endpoints, need, {
    named: options.driver ?? (await builderOf(room.endpoints, runner, environment)),
    first,
    environment,
    signal: context.signal,
  });
  const text = `Building with ${reason}.`;
  await context.report("prepare", { kind: "notice", level: "info", text });
  const result = await endpoint.instance.build?.build(request, {
    signal: context.signal,
    report: (event) => context.report("build", event),
  });
  const [image] = result?.images ?? [];
  if (result === undefined || image === undefined) {
    throw new Fault("protocol", `Driver ${endpoint.driver} finished the build without an image.`, {
      hint: "Report it to the driver's author.",
    });
  }
  return { endpoint, passedOver, result, image };
}
