import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildRequest, Driver, DriverContext, Run, RunSpec } from "@gantry/driver-api";
import type { RunOutcome } from "@gantry/reports";
import { localDriver } from "../definition.ts";
import { USERLAND } from "../userland/userland.ts";

const PATIENCE_MS = 25_000;

/** A home of its own for the driver, gone with all its runs when disposed. */
export class World implements AsyncDisposable {
  readonly home: string;
  readonly context: DriverContext;
  readonly driver: Driver;
  readonly signal = AbortSignal.timeout(PATIENCE_MS);

  private constructor(home: string) {
    this.home = home;
    this.context = contextOf(home);
    this.driver = localDriver.create({}, this.context);
  }

  static async open(): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), "gantry-world-")));
  }

  get runs() {
    if (this.driver.run === undefined) throw new TypeError("no run facet");
    return this.driver.run;
  }

  /** A spec for a script of the userland's `sh`, with `part` over it. */
  spec(script: string, part: Partial<RunSpec> = {}): RunSpec {
    return { ...bareSpec(), command: ["sh", "-c", script], ...part };
  }

  /** Builds an image on the userland; gives its id. */
  build(...lines: readonly string[]): Promise<string> {
    return this.buildText([`FROM ${USERLAND}`, ...lines, ""].join("\n"));
  }

  /** Where a build finds its files. */
  get contextDir(): string {
    return join(this.home, "context");
  }

  /** Builds a Dockerfile; gives the image's id. */
  async buildText(text: string): Promise<string> {
    const { contextDir } = this;
    await mkdir(contextDir, { recursive: true });
    const request: BuildRequest = {
      ...bareBuild(),
      contextDir,
      dockerfile: { text, path: "Dockerfile" },
    };
    const work = { signal: this.signal, report: async () => {} };
    const built = await this.driver.build?.build(request, work);
    return built?.images[0]?.id ?? "";
  }

  start(script: string, part: Partial<RunSpec> = {}): Promise<Run> {
    return this.runs.start(this.spec(script, part), this.signal);
  }

  /** Runs a script to its end. */
  async finish(script: string, part: Partial<RunSpec> = {}): Promise<Finished> {
    const run = await this.start(script, part);
    const outcome = await run.outcome(this.signal);
    return { run, outcome, ...(await textOf(run, this.signal)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runs.sweep("test", [], AbortSignal.timeout(PATIENCE_MS));
    await this.driver[Symbol.asyncDispose]();
    await rm(this.home, { recursive: true, force: true });
  }
}

export interface Finished {
  readonly run: Run;
  readonly outcome: RunOutcome;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a driver with that home keeps what. */
export function contextOf(home: string): DriverContext {
  return { stateDir: join(home, "state"), contentDir: join(home, "content") };
}

function bareBuild(): Omit<BuildRequest, "contextDir" | "dockerfile"> {
  return {
    id: "test",
    ignore: "",
    tags: [],
    platforms: [],
    buildArgs: {},
    labels: {},
    contexts: {},
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
    network: "default",
    extraHosts: [],
    noCache: false,
    pull: false,
    insecureRegistries: [],
  };
}

/** A run of the userland that asks for nothing. */
export function bareSpec(): RunSpec {
  return {
    id: randomBytes(8).toString("hex"),
    owner: "test",
    labels: {},
    image: { reference: USERLAND },
    command: ["true"],
    environment: [],
    files: [],
    outputsDir: "/cnab/app/outputs",
    mounts: [],
    network: "default",
    privileged: false,
    capabilities: [],
    engineSocket: false,
  };
}

/** Everything that a run printed until its end. */
export async function textOf(
  run: Run,
  signal: AbortSignal,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const text = { stdout: "", stderr: "" };
  for await (const { event } of run.events(undefined, signal)) {
    if (event.kind === "log") text[event.stream] += event.text;
  }
  return text;
}

/** The outputs of a run as text by path. */
export async function outputsOf(run: Run, signal: AbortSignal): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { path, data } of run.outputs(signal)) {
    files.set(path, (files.get(path) ?? "") + Buffer.from(data).toString("latin1"));
  }
  return files;
}

/** Whether sandboxes can be made here; the reason why not otherwise. */
export async function whyNoSandbox(): Promise<string | undefined> {
  await using world = await World.open();
  const { state, problems } = await world.driver.probe(world.signal);
  return state === "unavailable" ? problems.map(({ text }) => text).join(" ") : undefined;
}
