import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BuildRequest, Driver, Run, RunSpec } from "@gantry/driver-api";
import { TempDir } from "@gantry/process";
import type { Image, WorkEvent } from "@gantry/reports";
import { podmanDriver } from "../definition.ts";
import { PodmanImages } from "../images/podman-images.ts";
import { PodmanEngine } from "../engine/podman-engine.ts";
import { podmanSays } from "./engine-options.ts";

const counter = { value: 0 };

/** An id that no other test has. */
export function freshId(): string {
  counter.value += 1;
  return `t${process.pid}x${Date.now().toString(36)}x${counter.value}`;
}

/** Where a Podman listens, and the configuration of its program. */
export interface PodmanPlace {
  readonly host: string;
  readonly config: string;
}

/** A driver on a real Podman, with the makings of requests. Disposing it removes what it made. */
export class PodmanWorld implements AsyncDisposable {
  readonly driver: Driver;
  readonly engine: PodmanEngine;
  readonly images: PodmanImages;
  readonly dir: TempDir;
  readonly owner = freshId();
  readonly signal = AbortSignal.timeout(120_000);
  readonly events: WorkEvent[] = [];
  readonly #config: string;
  readonly #undo = new AsyncDisposableStack();

  private constructor(dir: TempDir, { host, config }: PodmanPlace) {
    const context = { stateDir: join(dir.path, "state"), contentDir: join(dir.path, "content") };
    this.dir = this.#undo.use(dir);
    this.driver = this.#undo.use(podmanDriver.create({ host }, context));
    this.#config = config;
    this.engine = this.#undo.use(new PodmanEngine({ host }));
    this.images = new PodmanImages(this.engine, context);
  }

  static async open(place: PodmanPlace): Promise<PodmanWorld> {
    return new PodmanWorld(await TempDir.create("gantry-podman-test-"), place);
  }

  get runs(): NonNullable<Driver["run"]> {
    return present(this.driver.run);
  }
  get work(): { signal: AbortSignal; report: (event: WorkEvent) => Promise<void> } {
    return { signal: this.signal, report: async (event) => void this.events.push(event) };
  }

  /** What podman itself says. */
  async podman(...args: readonly string[]): Promise<string> {
    return podmanSays(this.#config, args);
  }

  spec(image: RunSpec["image"], script: string, part: Partial<RunSpec> = {}): RunSpec {
    return {
      id: freshId(),
      owner: this.owner,
      labels: {},
      image,
      command: ["sh", "-c", script],
      environment: [],
      files: [],
      outputsDir: "/cnab/app/outputs",
      mounts: [],
      network: "none",
      privileged: false,
      capabilities: [],
      engineSocket: false,
      ...part,
    };
  }

  /** Runs to the end and gives what was printed and how it ended. */
  async finish(spec: RunSpec) {
    const run = await this.runs.start(spec, this.signal);
    const outcome = await run.outcome(this.signal);
    return { run, outcome, ...(await printed(run, this.signal)) };
  }

  async context(files: Readonly<Record<string, string>> = {}): Promise<string> {
    const dir = join(this.dir.path, freshId());
    await mkdir(dir);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
    return dir;
  }

  async request(dockerfile: string, part: Partial<BuildRequest> = {}): Promise<BuildRequest> {
    const contextDir = part.contextDir ?? (await this.context());
    const tags = [`gantry.test/${freshId()}:one`];
    this.#undo.defer(async () => {
      for (const reference of tags) await this.images.remove({ reference }, this.signal);
    });
    return {
      id: freshId(),
      contextDir,
      dockerfile: { text: dockerfile, path: join(contextDir, "Dockerfile") },
      ignore: "",
      tags,
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
      ...part,
    };
  }

  /** Builds `request` and gives what was made and printed. */
  async build(request: BuildRequest) {
    const from = this.events.length;
    const result = await present(this.driver.build).build(request, this.work);
    const log = this.events.slice(from).map((event) => (event.kind === "log" ? event.text : ""));
    return { ...result, log: log.join(""), image: present(result.images[0]) };
  }

  /** Builds an image from a Dockerfile that needs no context. */
  async image(dockerfile: string): Promise<Image> {
    return (await this.build(await this.request(dockerfile))).image;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Images go last: a container keeps its own.
    await this.runs.sweep(this.owner, [], this.signal).finally(() => this.#undo.disposeAsync());
  }
}

/** Everything that a run printed, by stream. */
export async function printed(
  run: Run,
  signal: AbortSignal,
): Promise<{ stdout: string; stderr: string }> {
  const text = { stdout: "", stderr: "" };
  for await (const { event } of run.events(undefined, signal)) {
    if (event.kind === "log") text[event.stream] += event.text;
  }
  return text;
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("expected something");
  return value;
}
