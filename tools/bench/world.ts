import { join } from "node:path";
import { TempDir } from "@gantry/process";
import {
  copyBundle,
  LINE_PREFIX,
  type PrintingBundle,
  writePrintingBundle,
} from "./ours/bundle.ts";
import { DockerCli } from "./beside/docker-cli.ts";
import { MissingEngineError } from "./errors.ts";
import { GantryHome } from "./ours/gantry-home.ts";

export interface WorldOptions {
  /** The checkout. */
  readonly root: string;
  /** The bundle that is built and installed. */
  readonly bundle: string;
  /** The user's, with the addresses of the engines, or the reasons why they are not there. */
  readonly env: NodeJS.ProcessEnv;
  readonly pairs: number;
  readonly signal: AbortSignal;
  /** Told of each step that takes a second or more. */
  readonly report: (text: string) => void;
}

/** What the measurements share: directories, a warm daemon, engines, built bundles. All of it is made when first asked for. */
export class World implements AsyncDisposable {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly pairs: number;
  readonly signal: AbortSignal;
  readonly report: (text: string) => void;
  readonly #options: WorldOptions;
  readonly #temp: TempDir;
  readonly #stack: AsyncDisposableStack;
  readonly #bundles = new Map<string, Promise<string>>();
  #home: Promise<GantryHome> | undefined;
  #docker: Promise<DockerCli> | undefined;
  #count = 0;

  private constructor(options: WorldOptions, temp: TempDir, stack: AsyncDisposableStack) {
    this.#options = options;
    this.#temp = temp;
    this.#stack = stack;
    this.root = options.root;
    this.env = options.env;
    this.pairs = options.pairs;
    this.signal = options.signal;
    this.report = options.report;
  }

  static async open(options: WorldOptions): Promise<World> {
    await using stack = new AsyncDisposableStack();
    const temp = stack.use(await TempDir.create("gantry-bench-"));
    return new World(options, temp, stack.move());
  }

  /** A path in a directory that goes away at the end; a new one each time. */
  newPath(name: string): string {
    return join(this.#temp.path, this.newName(name));
  }

  /** A name that nothing else has. */
  newName(name: string): string {
    this.#count += 1;
    return `${name}-${this.#count}`;
  }

  /** The home that most measurements use, its daemon warm. */
  home(): Promise<GantryHome> {
    this.#home ??= this.#openHome();
    return this.#home;
  }

  /** A new home with no daemon yet. The caller disposes of it. */
  newHome(): Promise<GantryHome> {
    const { root, env, signal } = this.#options;
    return GantryHome.create({
      root,
      dir: this.newPath("home"),
      env,
      config: config(root),
      signal,
    });
  }

  /** The source of the bundle, copied, not built. */
  async newBundle(): Promise<string> {
    const dir = this.newPath("bundle");
    await copyBundle(this.#options.bundle, dir, this.base());
    return dir;
  }

  /** The source of a bundle whose install prints lines. */
  async newPrintingBundle(bundle: PrintingBundle): Promise<string> {
    const dir = this.newPath("printing");
    await writePrintingBundle(dir, bundle);
    return dir;
  }

  /** A copy of the bundle, built with that endpoint. */
  builtBundle(endpoint: string): Promise<string> {
    const known = this.#bundles.get(endpoint);
    if (known !== undefined) return known;
    const built = this.#buildBundle(endpoint);
    this.#bundles.set(endpoint, built);
    return built;
  }

  /** The docker command line against a real engine. Throws `MissingEngineError`. */
  docker(): Promise<DockerCli> {
    this.#docker ??= this.#findDocker();
    return this.#docker;
  }

  /** The base image's reference in a registry on loopback. Throws `MissingEngineError`. */
  base(): string {
    const base = this.env["GANTRY_TEST_BASE"];
    if (base !== undefined) return base;
    const reason = this.env["GANTRY_TEST_SKIP_BASE_IMAGES"] ?? "no registry was started";
    throw new MissingEngineError(`no base image: ${reason}`);
  }

  /** Has `resource` disposed of at the end. */
  use<T extends AsyncDisposable>(resource: T): T {
    return this.#stack.use(resource);
  }

  async #openHome(): Promise<GantryHome> {
    const home = this.#stack.use(await this.newHome());
    await home.warmUp();
    return home;
  }

  async #buildBundle(endpoint: string): Promise<string> {
    const [home, dir] = await Promise.all([this.home(), this.newBundle()]);
    this.report(`building the bundle with ${endpoint}`);
    await home.gantry(["build", "--driver", endpoint], { cwd: dir });
    return dir;
  }

  async #findDocker(): Promise<DockerCli> {
    const reason = this.env["GANTRY_TEST_SKIP_DOCKER"];
    if (reason !== undefined) throw new MissingEngineError(`no Docker Engine: ${reason}`);
    return DockerCli.find(this.env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#home, ...this.#bundles.values()]);
    await this.#stack.disposeAsync();
  }
}

/** Makes something when it is first asked for, once for each world; a failure is the same for all who ask. */
export function oncePerWorld<T>(make: (world: World) => Promise<T>): (world: World) => Promise<T> {
  const made = new WeakMap<World, Promise<T>>();
  return (world) => {
    const promise = made.get(world) ?? make(world);
    made.set(world, promise);
    return promise;
  };
}

/** Names of the endpoints that every home of the bench has besides the built-in ones. */
export const SMALL_CALLS = "bench-process";

/** An endpoint whose runs print that many lines. */
export function linesEndpoint(lines: number): string {
  return `bench-lines-${lines}`;
}

/** An endpoint whose runs print 50,000 lines a second for twenty seconds. */
export const STEADY_LINES = "bench-steady-lines";

/** How many lines the runs of the log measurements print. */
export const LINES = 200_000;
export const MANY_LINES = 1_000_000;

/** The command of a driver in a process of its own. */
export function fakeDriverCommand(root: string): readonly string[] {
  const file = join(root, "libs", "drivers", "fake", "src", "main.ts");
  return [process.execPath, "--conditions=@gantry/source", file];
}

function config(root: string): string {
  const command = fakeDriverCommand(root);
  const printing = [LINES, MANY_LINES].map((lines) => ({
    name: linesEndpoint(lines),
    command,
    options: { script: [{ lines, prefix: LINE_PREFIX }] },
  }));
  const tenth = [{ lines: 5_000, prefix: LINE_PREFIX }, { sleepMs: 100 }];
  const steady = {
    name: STEADY_LINES,
    command,
    options: { script: Array.from({ length: 200 }, () => tenth).flat() },
  };
  return JSON.stringify({ endpoints: [{ name: SMALL_CALLS, command }, steady, ...printing] });
}
