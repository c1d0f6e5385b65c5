import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Client } from "@gantry/client";
import { TempDir } from "@gantry/process";
import type { LoggedEvent, OperationOutcome, RunOptions } from "@gantry/protocol";
import { type Daemon, type DaemonOptions, startDaemon } from "../../src/daemon.ts";
import type { FindRuntime } from "../../src/build/runtime.ts";
import { createLog } from "../../src/log.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** One endpoint of the configuration. */
export interface EndpointFields {
  readonly name: string;
  readonly driver?: string;
  readonly command?: readonly string[];
  readonly options?: Fields;
}

/** A home directory with its configuration and bundles, and the daemons that a test starts for it. */
export class World implements AsyncDisposable {
  readonly dir: string;
  readonly home: string;
  /** The run tool that bundles are built with; of the fake driver's nothing runs, so any two files do. */
  findRuntime: FindRuntime = stubRuntime(this);
  readonly #stack: AsyncDisposableStack;

  private constructor(dir: string, stack: AsyncDisposableStack) {
    this.dir = dir;
    this.home = join(dir, "home");
    this.#stack = stack;
  }

  static async open(endpoints: readonly EndpointFields[] = SOLO): Promise<World> {
    const stack = new AsyncDisposableStack();
    const dir = stack.use(await TempDir.create("gantry-daemon-test-"));
    const world = new World(dir.path, stack);
    await world.configure(endpoints);
    return world;
  }

  async configure(endpoints: readonly EndpointFields[]): Promise<void> {
    const prefer = endpoints.map(({ name }) => name);
    await this.file("home/config.yaml", JSON.stringify({ endpoints, prefer }));
  }

  async file(path: string, text: string): Promise<string> {
    const file = join(this.dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: path.endsWith(".sh") ? 0o755 : 0o644 });
    return file;
  }

  read(path: string): Promise<string> {
    return readFile(join(this.dir, path), "utf8");
  }

  /** A bundle's directory: a porter.yaml of these fields, on a base image of the fake driver's. */
  async bundle(fields: Fields = {}, files: Readonly<Record<string, string>> = {}): Promise<string> {
    const manifest = { ...MANIFEST, ...fields };
    const all = {
      "porter.yaml": JSON.stringify(manifest),
      "template.Dockerfile": "FROM fake/base\n",
      ...files,
    };
    const dir = `bundles/${String(manifest["name"])}`;
    for (const [name, text] of Object.entries(all)) await this.file(`${dir}/${name}`, text);
    return join(this.dir, dir);
  }

  /** A daemon in this process. */
  async daemon(more: Partial<DaemonOptions> = {}): Promise<Daemon> {
    return this.#stack.use(
      await startDaemon({
        home: this.home,
        version: "0.0.0-test",
        log: createLog("silent"),
        idleSeconds: 600,
        findRuntime: this.findRuntime,
        porterHome: join(this.dir, "porter"),
        environment: { PATH: process.env["PATH"] ?? "" },
        ...more,
      }),
    );
  }

  async client(environment: Readonly<Record<string, string>> = {}): Promise<Helper> {
    const options = { home: this.home, client: { name: "test", version: "0" }, environment };
    return new Helper(this.#stack.use(await Client.connect(options)));
  }

  /** A daemon and a client of it. */
  async start(): Promise<Helper> {
    await this.daemon();
    return this.client();
  }

  use<Thing extends AsyncDisposable | Disposable>(thing: Thing): Thing {
    return this.#stack.use(thing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Every run of a bundle with mixins leaves its state. */
export const WROTE_STATE = { write: "porter-state", text: "state" };

/** One fake endpoint that does everything. */
export const SOLO: readonly EndpointFields[] = [
  { name: "solo", driver: "fake", options: { script: [WROTE_STATE, { print: "fake run\n" }] } },
];

/** One that builds, and one that runs `script`: a check of the built image does not play it. */
export function apart(script: readonly unknown[], options: Fields = {}): readonly EndpointFields[] {
  return [
    { name: "maker", driver: "fake", options: { facets: ["build"] } },
    {
      name: "runner",
      driver: "fake",
      options: { facets: ["run"], script: [WROTE_STATE, ...script], ...options },
    },
  ];
}

const MANIFEST: Fields = {
  schemaVersion: "1.0.0",
  name: "sample",
  version: "0.1.0",
  registry: "localhost:5000",
  dockerfile: "template.Dockerfile",
  mixins: ["exec"],
  install: [{ exec: { command: "true" } }],
  upgrade: [{ exec: { command: "true" } }],
  uninstall: [{ exec: { command: "true" } }],
};

function stubRuntime(world: World): FindRuntime {
  return async () => ({
    runFile: await world.file("runtime/run", "#!/bin/sh\n"),
    nodeBinary: await world.file("runtime/node", "node"),
    digest: "sha256:stub",
  });
}

/** How an operation went. */
export interface Finished {
  readonly events: readonly LoggedEvent[];
  readonly outcome: OperationOutcome;
  readonly log: string;
}

type Started = { readonly operationId: string };

/** A client with the calls that tests make most. */
export class Helper {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  get request(): Client["request"] {
    return this.client.request.bind(this.client);
  }

  async build(dir: string, options: Fields = {}): Promise<Finished> {
    return this.finish(await this.request("bundle.build", { source: { dir }, ...options }));
  }

  install(dir: string, options: Partial<RunOptions> = {}): Promise<Finished> {
    return this.begin(dir, options).then((started) => this.finish(started));
  }

  begin(dir: string, options: Partial<RunOptions> = {}): Promise<Started> {
    return this.request("installation.install", { source: { dir }, cwd: dir, ...options });
  }

  /** `upgrade`, `uninstall` or a custom action. */
  async act(action: string, name: string, options: Fields = {}): Promise<Finished> {
    const given = { installation: name, source: {}, cwd: "/", ...options };
    if (action === "upgrade") return this.finish(await this.request("installation.upgrade", given));
    if (action === "uninstall")
      return this.finish(await this.request("installation.uninstall", given));
    return this.finish(await this.request("installation.invoke", { ...given, action }));
  }

  async finish({ operationId }: Started): Promise<Finished> {
    const events: LoggedEvent[] = [];
    const watch = this.client.watch(operationId);
    while (true) {
      const next = await watch.next();
      if (next.done === true) return { events, outcome: next.value, log: logOf(events) };
      events.push(next.value);
    }
  }

  /** Waits until the operation has said something that `matches`. */
  async said({ operationId }: Started, matches: (event: LoggedEvent) => boolean): Promise<void> {
    for await (const event of this.client.watch(operationId)) if (matches(event)) return;
  }
}

export function logOf(events: readonly LoggedEvent[]): string {
  return events.map(({ event }) => (event.kind === "log" ? event.text : "")).join("");
}

/** Whether it is a line of the log with this text in it. */
export function printed(text: string): (event: LoggedEvent) => boolean {
  return ({ event }) => event.kind === "log" && event.text.includes(text);
}
