import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BuildRequest, Driver, DriverContext } from "@gantry/driver-api";
import { buildRequest } from "@gantry/driver-api/conformance";
import { runCommand, TempDir } from "@gantry/process";
import type { WorkEvent } from "@gantry/reports";
import type { EngineFacts } from "../../../../../tools/engines/require.ts";
import { buildxDriver } from "../definition.ts";
import { buildxOptionsFromEnvironment, type BuildxOptions } from "../options.ts";
import { BuildkitBridge } from "./buildkit-bridge.ts";

type Engines = EngineFacts["buildx"];
type Which = "classic" | "containerd" | "remote";

const counter = { value: 0 };

/** An id that no other test has. */
export function freshId(): string {
  counter.value += 1;
  return `t${process.pid}x${Date.now().toString(36)}x${counter.value}`;
}

/** A builder on a real engine and a home for the driver, with the makings of requests. Disposing it removes what it made. */
export class BuildxWorld implements AsyncDisposable {
  readonly dir: TempDir;
  readonly options: BuildxOptions;
  readonly context: DriverContext;
  readonly events: WorkEvent[] = [];
  readonly signal = AbortSignal.timeout(180_000);
  readonly #undo: AsyncDisposableStack;

  private constructor(dir: TempDir, options: BuildxOptions, undo: AsyncDisposableStack) {
    this.dir = dir;
    this.options = options;
    this.context = { stateDir: join(dir.path, "state"), contentDir: join(dir.path, "content") };
    this.#undo = undo;
  }

  /** `classic` and `containerd` are the builders of an engine with a store of that kind, `remote` is a BuildKit on a socket. */
  static async open(
    engines: Engines,
    which: Which,
    part: BuildxOptions = {},
  ): Promise<BuildxWorld> {
    await using undo = new AsyncDisposableStack();
    const dir = undo.use(await TempDir.create("gantry-buildx-"));
    const DOCKER_HOST = which === "classic" ? engines.host : engines.containerdHost;
    const environment = environmentOf({ DOCKER_HOST, DOCKER_CONFIG: join(dir.path, "config") });
    if (which === "remote") {
      const socket = join(dir.path, "buildkit.sock");
      undo.use(await BuildkitBridge.listen(engines.containerdHost, socket));
      const create = ["create", "--name", "far", "--driver", "remote", `unix://${socket}`];
      await runCommand(engines.program, create, { env: environment });
    }
    const builder = { remote: { builder: "far" }, containerd: { builder: "default" }, classic: {} };
    const options = { program: engines.program, environment, ...builder[which], ...part };
    return new BuildxWorld(dir, options, undo.move());
  }

  create(part: BuildxOptions = {}): Driver {
    return this.#undo.use(buildxDriver.create({ ...this.options, ...part }, this.context));
  }

  get work(): { signal: AbortSignal; report: (event: WorkEvent) => Promise<void> } {
    return { signal: this.signal, report: async (event) => void this.events.push(event) };
  }

  /** A directory with these files. */
  async tree(files: Readonly<Record<string, string>>): Promise<string> {
    const dir = join(this.dir.path, freshId());
    await mkdir(dir);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    }
    return dir;
  }

  /** A request for `text`, whose context has one file `f`. */
  async request(text: string, part: Partial<BuildRequest> = {}): Promise<BuildRequest> {
    const contextDir = part.contextDir ?? (await this.tree({ f: "content" }));
    const tags = [`gantry.test/${freshId()}:one`];
    return buildRequest({ contextDir, dockerfile: text, tags }, part);
  }

  /** What steps printed since `from` events were there. */
  log(from = 0): string {
    const logs = this.events.slice(from).filter((event) => event.kind === "log");
    return logs.map(({ text }) => text).join("");
  }

  /** What the docker CLI prints on the engine. */
  async docker(...args: readonly string[]): Promise<string> {
    const env = this.options.environment ?? {};
    return (await runCommand("docker", args, { env })).stdout.toString();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }
}

function environmentOf(part: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH, HOME } = process.env;
  return { ...buildxOptionsFromEnvironment({ PATH, HOME, ...part }).environment };
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("expected something");
  return value;
}
