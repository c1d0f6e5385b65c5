import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "@gantry/client";
import { Helper, type World } from "./world.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** A gantryd in a process of its own. Disposing it kills it. */
export class ChildDaemon implements AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly stderr: string[] = [];
  readonly #world: World;
  readonly #kill: (signal: NodeJS.Signals) => void;

  private constructor(world: World, child: ReturnType<typeof spawnDaemon>) {
    this.#world = world;
    this.pid = child.pid ?? 0;
    this.#kill = (signal) => void child.kill(signal);
    child.stderr.on("data", (data: Buffer) => this.stderr.push(data.toString()));
    this.exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  }

  static start(
    world: World,
    {
      args = [],
      env = {},
    }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
  ): ChildDaemon {
    return world.use(new ChildDaemon(world, spawnDaemon(world.home, { args, env })));
  }

  /** A client, as soon as the daemon listens. */
  async client(): Promise<Helper> {
    for (let tries = 0; ; tries += 1) {
      try {
        const options = { home: this.#world.home, client: { name: "test", version: "0" } };
        return new Helper(this.#world.use(await Client.connect({ ...options, environment: {} })));
      } catch (error) {
        if (tries === 500) throw error;
        await delay(20);
      }
    }
  }

  async kill(
    signal: NodeJS.Signals,
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.#kill(signal);
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill("SIGKILL");
  }
}

interface Start {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function spawnDaemon(home: string, { args, env }: Start) {
  const program = ["--conditions=@gantry/source", "--no-warnings", MAIN, "--home", home, ...args];
  return spawn(process.execPath, program, {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
  });
}
