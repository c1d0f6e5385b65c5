import { mkdir } from "node:fs/promises";
import http from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type BrokerEntry, openBroker, ownerLabels } from "@gantry/broker";
import { TempDir } from "@gantry/process";

type Power = Parameters<typeof openBroker>[0]["power"];

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** A filtered socket before a real Podman, for a driver that nobody else is. */
export class Brokered implements AsyncDisposable {
  readonly audit: BrokerEntry[] = [];
  readonly host: string;
  readonly dir: TempDir;
  readonly logsDir: string;
  readonly #engine: string;
  readonly #undo = new AsyncDisposableStack();

  private constructor(dir: TempDir, host: string) {
    this.dir = this.#undo.use(dir);
    this.logsDir = join(dir.path, "logs");
    this.#engine = host.replace("unix://", "");
    this.host = `unix://${join(dir.path, "engine.sock")}`;
  }

  static async open(host: string, reach: Readonly<Power["reach"]> = []): Promise<Brokered> {
    const world = new Brokered(await TempDir.create("gantry-bp-"), host);
    const owner = { kind: "driver", name: "podman" } as const;
    await mkdir(world.logsDir);
    const broker = await openBroker({
      engine: { socketPath: world.#engine },
      listenPath: world.host.replace("unix://", ""),
      owner,
      power: { api: "podman", calls: ["build", "exec", "images", "run"], reach: [...reach] },
      labels: ownerLabels(owner, world.dir.path),
      logsDir: world.logsDir,
      audit: (entry) => world.audit.push(entry),
    });
    world.#undo.use(broker);
    return world;
  }

  ask(method: string, path: string, body?: unknown): Promise<Answered> {
    return send(this.host.replace("unix://", ""), { method, path, body });
  }

  /** Podman itself, as its administrator. */
  direct(method: string, path: string, body?: unknown): Promise<Answered> {
    return send(this.#engine, { method, path, body });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

async function send(socketPath: string, { method, path, body }: Sent): Promise<Answered> {
  const isArchive = body instanceof Buffer;
  const headers = { "Content-Type": isArchive ? "application/x-tar" : "application/json" };
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  http
    .request({ socketPath, method, path: `/v4.0.0/libpod${path}`, headers, agent: false }, resolve)
    .on("error", reject)
    .end(body === undefined || isArchive ? body : JSON.stringify(body));
  const answer = await promise;
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}
