import { installPackages } from "./machine/apt.ts";
import { startBuildx } from "./engines/buildx.ts";
import { type Docker, startDocker } from "./engines/docker.ts";
import { EngineUnavailableError, EnginesRequiredError, reasonOf } from "./errors.ts";
import { Home } from "./machine/home.ts";
import { type ImageRecipe, storedImage } from "./images/image.ts";
import { ENGINE_NAMES, type EngineName, missingNeeds, whyNotInstallable } from "./needs.ts";
import { type Podman, startPodman } from "./engines/podman.ts";
import { busyboxRecipe, debianRecipe } from "./images/recipes.ts";
import { pushImage, startRegistry } from "./engines/registry.ts";
import { type Report, step } from "./steps.ts";
import { skipVariable, VARIABLES } from "./variables.ts";

export interface StartOptions {
  readonly want: readonly EngineName[];
  readonly signal: AbortSignal;
  /** Told of each step that takes a second or more. */
  readonly report?: Report;
  /** What the caller's environment says: which engines to use as they are, and whether all are required. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Engines that run until disposal. */
export interface Engines extends AsyncDisposable {
  /** What to add to the environment of the tests. */
  readonly env: Readonly<Record<string, string>>;
  /** Why an engine that was wanted is not there. */
  readonly missing: Readonly<Partial<Record<EngineName, string>>>;
}

/** What one call of {@link startEngines} has to work with, and what it has found out so far. */
interface Attempt {
  readonly home: Home;
  readonly signal: AbortSignal;
  readonly report: Report;
  readonly given: NodeJS.ProcessEnv;
  readonly want: readonly EngineName[];
  readonly started: AsyncDisposableStack;
  readonly env: Record<string, string>;
  readonly missing: Partial<Record<EngineName, string>>;
}

const IMAGES = { base: "debian:stable-slim", busybox: "busybox:stable" } as const;

/** Whether the caller's environment names one that is to be used. */
function isGiven(engine: EngineName, given: NodeJS.ProcessEnv): boolean {
  const variables = {
    docker: ["docker"],
    registry: ["registry"],
    baseImages: ["base", "busybox"],
    podman: ["podman", "podmanConfig"],
    buildx: ["buildx", "buildxHost"],
  } as const;
  return variables[engine].every((variable) => given[VARIABLES[variable]] !== undefined);
}

async function install({ want, given, signal, report }: Attempt): Promise<void> {
  const toStart = want.filter((engine) => !isGiven(engine, given));
  const needs = toStart.flatMap(missingNeeds).map((need) => need.debianPackage);
  if (needs.length === 0 || whyNotInstallable() !== undefined) return;
  const packages = [...new Set(needs)];
  try {
    const title = `installing ${packages.join(" ")}`;
    await step(report, title, () => installPackages(packages, signal));
  } catch (error) {
    signal.throwIfAborted();
    report(`cannot install: ${reasonOf(error)}`);
  }
}

function checkNeeds(engine: EngineName): void {
  const missing = missingNeeds(engine).filter((need) => need.optional !== true);
  if (missing.length === 0) return;
  const programs = missing.map((need) => need.program).join(", ");
  const why = whyNotInstallable() ?? "installing its package did not help";
  throw new EngineUnavailableError(`${programs} not found (${why})`);
}

/** Runs `work` for an engine that is wanted; when the engine cannot be had, notes why. */
async function attempt<Result>(
  state: Attempt,
  engine: EngineName,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  if (!state.want.includes(engine)) return undefined;
  try {
    return await work();
  } catch (error) {
    state.signal.throwIfAborted();
    state.missing[engine] = reasonOf(error);
    return undefined;
  }
}

async function provideRegistry(state: Attempt): Promise<string> {
  const { home, signal, report, given } = state;
  const existing = given[VARIABLES.registry];
  if (existing !== undefined) return existing;
  checkNeeds("registry");
  const registry = await step(report, "starting the registry", () => startRegistry(home, signal));
  state.started.use(registry);
  return registry.address;
}

/** `undefined` when the caller's environment names an engine, which is then used as it is. */
async function provideDocker(state: Attempt): Promise<Docker | undefined> {
  const { home, signal, report, given, env } = state;
  const existing = given[VARIABLES.docker];
  if (existing !== undefined) {
    Object.assign(env, { [VARIABLES.docker]: existing, DOCKER_HOST: existing });
    return undefined;
  }
  checkNeeds("docker");
  const docker = await step(report, "starting dockerd", () => startDocker(home, signal));
  state.started.use(docker);
  if (!docker.hasBridge) report("no bridge could be made: containers have no network of their own");
  return docker;
}

/** `undefined` when the caller's environment names one, which is then used as it is. */
async function providePodman(state: Attempt): Promise<Podman | undefined> {
  const { home, signal, report, given } = state;
  if (isGiven("podman", given)) return undefined;
  checkNeeds("podman");
  const podman = await step(report, "starting podman", () => startPodman(home, signal));
  state.started.use(podman);
  return podman;
}

/** Makes the small image a local one of Podman's, and sees whether containers run. */
async function primePodman(state: Attempt, podman: Podman): Promise<void> {
  const { signal, report, env } = state;
  const image = env[VARIABLES.busybox];
  if (image === undefined) return;
  await step(report, "running a container of podman's", async () => {
    await podman.run(["pull", "--quiet", image], signal);
    await podman.run(["run", "--rm", "--network=none", image, "true"], signal);
  });
}

async function provideBuildx(state: Attempt): Promise<void> {
  const { signal, report, given, env } = state;
  if (isGiven("buildx", given)) return;
  checkNeeds("buildx");
  const buildx = await step(report, "starting an engine for buildx", () => startBuildx(signal));
  state.started.use(buildx);
  Object.assign(env, {
    [VARIABLES.buildx]: buildx.program,
    [VARIABLES.buildxHost]: buildx.host,
  });
}

interface Publication {
  readonly registry: Promise<string | undefined>;
  readonly recipe: ImageRecipe;
  readonly image: string;
}

/** Makes an image, pushes it under both of its names and returns its reference. */
async function publish(state: Attempt, { registry, recipe, image }: Publication): Promise<string> {
  const { home, signal, report } = state;
  const title = `making the ${recipe.name} image (once on this machine)`;
  const stored = await step(report, title, () => storedImage(recipe, home, signal));
  const address = await registry;
  if (address === undefined) throw new EngineUnavailableError("there is no registry to push to");
  await step(report, `pushing ${image}`, async () => {
    for (const reference of [image, `library/${image}`]) {
      await pushImage(reference, { registry: address, image: stored, signal });
    }
  });
  return `${address}/${image}`;
}

async function provideImages(state: Attempt, registry: Promise<string | undefined>): Promise<void> {
  const { given, env } = state;
  const publications = { busybox: async () => busyboxRecipe(), base: debianRecipe };
  for (const [kind, makeRecipe] of [
    ["busybox", publications.busybox],
    ["base", publications.base],
  ] as const) {
    const publication = async () => ({ registry, recipe: await makeRecipe(), image: IMAGES[kind] });
    env[VARIABLES[kind]] = given[VARIABLES[kind]] ?? (await publish(state, await publication()));
  }
}

/** Makes the images that are in the registry local ones of the engine, and sees whether containers run. */
async function prime(state: Attempt, docker: Docker, registry: string): Promise<void> {
  const { signal, report, env } = state;
  const kinds = (["busybox", "base"] as const).filter((kind) => env[VARIABLES[kind]] !== undefined);
  await step(report, "pulling the base images", () =>
    Promise.all(kinds.map((kind) => docker.api.pull(registry, IMAGES[kind], signal))),
  );
  const [kind] = kinds;
  if (kind === undefined) return;
  await step(report, "running a container", () => docker.api.run(IMAGES[kind], ["true"], signal));
}

async function startAll(state: Attempt): Promise<void> {
  const { env } = state;
  const registry = attempt(state, "registry", () => provideRegistry(state));
  const images = attempt(state, "baseImages", () => provideImages(state, registry));
  const docker = attempt(state, "docker", async () => {
    const engine = await provideDocker(state);
    const [address] = await Promise.all([registry, images]);
    if (engine === undefined) return;
    if (address !== undefined) await prime(state, engine, address);
    Object.assign(env, { [VARIABLES.docker]: engine.host, DOCKER_HOST: engine.host });
  });
  const podman = attempt(state, "podman", async () => {
    const engine = await providePodman(state);
    await images;
    if (engine === undefined) return;
    await primePodman(state, engine);
    env[VARIABLES.podman] = engine.host;
    env[VARIABLES.podmanConfig] = engine.config;
  });
  const buildx = attempt(state, "buildx", () => provideBuildx(state));
  // All of them have to come to an end before anything may be disposed of.
  const ends = await Promise.allSettled([registry, images, docker, podman, buildx]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  const address = await registry;
  if (address !== undefined) env[VARIABLES.registry] = address;
}

/**
 * Starts the engines that are wanted, or finds out why they cannot be had, which is an answer and not an error,
 * unless the environment has `GANTRY_REQUIRE_ENGINES=1`: then {@link EnginesRequiredError}.
 * As root on Debian it installs the packages that are missing.
 */
export async function startEngines(options: StartOptions): Promise<Engines> {
  const { want, signal, report = () => undefined, env: given = process.env } = options;
  await using undo = new AsyncDisposableStack();
  const home = undo.use(await Home.open(signal));
  const state = { home, signal, report, given, want, started: undo, env: {}, missing: {} };
  await install(state);
  await startAll(state);
  const { env, missing } = finish(state);
  const started = undo.move();
  return { env, missing, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

function finish({ given, env, missing }: Attempt): Pick<Engines, "env" | "missing"> {
  const names = ENGINE_NAMES.filter((name) => missing[name] !== undefined);
  if (given["GANTRY_REQUIRE_ENGINES"] === "1" && names.length > 0) {
    throw new EnginesRequiredError(missing);
  }
  const skips = names.map((name) => [skipVariable(name), missing[name]]);
  return { env: { ...env, ...Object.fromEntries(skips) }, missing };
}
