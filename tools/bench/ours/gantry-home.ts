import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "@gantry/client";
import { ENGINE_VARIABLES } from "@gantry/protocol";
import { MeasureError } from "../errors.ts";
import { runProgram } from "../program.ts";

export interface HomeOptions {
  /** The checkout. */
  readonly root: string;
  /** Does not exist yet. */
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Text of `config.yaml`. */
  readonly config: string;
  readonly signal: AbortSignal;
}

export interface GantryOptions {
  readonly cwd?: string;
  /** Added to the home's environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Milliseconds for a daemon to leave after it was asked to. */
const LEAVE_MS = 10_000;

/** A `GANTRY_HOME` of its own, and the daemon that `gantry` starts for it. Disposing it ends that daemon. */
export class GantryHome implements AsyncDisposable {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly program: string;
  readonly #signal: AbortSignal;

  private constructor({ root, dir, env, signal }: HomeOptions) {
    this.dir = dir;
    this.program = join(root, "bin", "gantry");
    this.env = { ...withoutOurs(env), GANTRY_HOME: dir };
    this.#signal = signal;
  }

  static async create(options: HomeOptions): Promise<GantryHome> {
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    await writeFile(join(options.dir, "config.yaml"), options.config);
    return new GantryHome(options);
  }

  /** Runs `gantry` with these words, as a user does; gives its stdout. */
  async gantry(args: readonly string[], options: GantryOptions = {}): Promise<string> {
    if (!existsSync(this.program)) {
      throw new MeasureError(`${this.program} is not there.`, { hint: "Run `npm run build`." });
    }
    const env = { ...this.env, ...options.env };
    return runProgram(this.program, args, { ...options, env, signal: this.#signal });
  }

  /** The daemon has been started and has answered. */
  async warmUp(): Promise<void> {
    await this.gantry(["list"]);
  }

  /** A connection to the daemon, which must run. */
  async connect(): Promise<Client> {
    return Client.connect({
      home: this.dir,
      client: { name: "bench", version: "0.1.0" },
      environment: this.#engineVariables(),
    });
  }

  async daemonPid(): Promise<number> {
    await using client = await this.connect();
    return (await client.request("daemon.status", {})).pid;
  }

  /** Where the daemon's driver of that name keeps its things, for what has to be there before the daemon starts. */
  async driverContext(
    name: string,
  ): Promise<{ readonly stateDir: string; readonly contentDir: string }> {
    const context = {
      stateDir: join(this.dir, "drivers", name),
      contentDir: join(this.dir, "content"),
    };
    for (const path of Object.values(context)) await mkdir(path, { recursive: true, mode: 0o700 });
    return context;
  }

  #engineVariables(): Record<string, string> {
    const set = ENGINE_VARIABLES.flatMap((name) => {
      const value = this.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(set);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pid = await this.#askToLeave().catch(() => undefined);
    if (pid === undefined) return;
    const deadline = Date.now() + LEAVE_MS;
    while (isAlive(pid) && Date.now() < deadline) await delay(20);
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }

  async #askToLeave(): Promise<number> {
    await using client = await this.connect();
    const { pid } = await client.request("daemon.status", {});
    await client.request("daemon.stop", { force: true });
    return pid;
  }
}

/** The environment without the settings that would change what `gantry` does. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(GANTRY|NODE)_/.test(name)));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // Ended, and nobody waits for it but init.
    return false;
  }
}
