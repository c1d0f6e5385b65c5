import { mkdir, open, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { once } from "node:events";
import { type Child, startProcess } from "@gantry/process";
import { Fault } from "../fault.ts";
import { endingWithUs } from "./plain-launcher.ts";

export interface EngineServiceOptions {
  /** Directory of the services' sockets and logs. */
  readonly dir: string;
  readonly log: (name: string, text: string) => void;
}

/** An engine that listens only when somebody has it listen. */
export interface EngineService {
  /** For messages and file names. */
  readonly name: string;
  command(socket: string): readonly [string, ...string[]];
  /** The operator's. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How long a service may take until it listens. */
const START_MS = 20_000;
const LOOK_MS = 25;
const RESTART_MS = 1_000;
const MAX_RESTART_MS = 60_000;

/**
 * Services of engines that the daemon has listening for its drivers, each started when the first of them needs it, and
 * again when it ends by itself. Disposing ends them; what they started in the engine goes on.
 */
export class EngineServices implements AsyncDisposable {
  readonly #options: EngineServiceOptions;
  readonly #running = new Map<string, Promise<Running>>();
  readonly #ended = new AbortController();

  constructor(options: EngineServiceOptions) {
    this.#options = options;
  }

  /** The socket of the service, which listens. Throws `Fault` when it cannot be made to. */
  async socketOf(service: EngineService): Promise<string> {
    const running = this.#running.get(service.name) ?? this.#begin(service);
    return (await running).socket;
  }

  #begin(service: EngineService): Promise<Running> {
    const running = this.#start(service);
    this.#running.set(service.name, running);
    running.then(
      (started) => void this.#watch(service, started),
      () => this.#running.delete(service.name),
    );
    return running;
  }

  async #start(service: EngineService): Promise<Running> {
    const { dir } = this.#options;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const socket = join(dir, `${service.name}.sock`);
    // One that an earlier daemon's service left.
    await rm(socket, { force: true });
    const logFile = join(dir, `${service.name}.log`);
    try {
      await using undo = new AsyncDisposableStack();
      const child = undo.use(await spawnService(service, { socket, logFile, dir }));
      await untilListening(child, socket, this.#ended.signal);
      undo.move();
      return { child, socket };
    } catch (cause) {
      throw notListening(service, await readFile(logFile, "utf8").catch(() => ""), cause);
    }
  }

  /** Takes a service up again that ended by itself, each time more slowly. */
  async #watch(service: EngineService, first: Running): Promise<void> {
    let [running, pause] = [first, RESTART_MS];
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await running.child.ended;
      if (signal.aborted) return;
      this.#options.log(service.name, "The service of the engine ended; it is started again.");
      try {
        await delay(pause, undefined, { signal, ref: false });
        pause = Math.min(pause * 2, MAX_RESTART_MS);
        const again = this.#start(service);
        this.#running.set(service.name, again);
        running = await again;
      } catch (error) {
        // The next driver that needs it tries anew, and is told why it fails.
        this.#running.delete(service.name);
        if (!signal.aborted) this.#options.log(service.name, String(error));
        return;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    const all = await Promise.allSettled(this.#running.values());
    const started = all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    await Promise.all(started.map(({ child }) => child[Symbol.asyncDispose]()));
  }
}

interface Running {
  readonly child: Child;
  readonly socket: string;
}

interface Places {
  readonly socket: string;
  readonly logFile: string;
  readonly dir: string;
}

/** It writes to a file, not to us: what it starts would hold on to our end of a pipe. */
async function spawnService(
  { command, environment }: EngineService,
  { socket, logFile, dir }: Places,
): Promise<Child> {
  const [program, ...rest] = command(socket);
  const start = await endingWithUs(program, rest, { environment, signal: "TERM" });
  await using log = await open(logFile, "w", 0o600);
  const stdio = ["ignore" as const, log.fd, log.fd];
  return await startProcess(start.command, start.args, { env: environment, cwd: dir, stdio });
}

async function untilListening(child: Child, socket: string, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(START_MS)]);
  while (!(await listens(socket))) {
    if (!child.isRunning) throw new Error("it ended");
    await delay(LOOK_MS, undefined, { signal: limit });
  }
}

/** Whether somebody accepts connections there. */
export async function listens(socket: string): Promise<boolean> {
  const connection = connect(socket);
  try {
    await once(connection, "connect");
    return true;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}

const MOST_SAID = 300;

function notListening({ name, command }: EngineService, said: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const words = said.trim() === "" ? reason : said.trim().slice(-MOST_SAID);
  const line = command("SOCKET").join(" ");
  return new Fault("driver-refused", `No service of ${name} could be started: ${words}`, {
    hint: `See what ails it: ${line}`,
    cause,
  });
}
