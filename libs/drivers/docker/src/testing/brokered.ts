import http from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  type Broker,
  type BrokerEntry,
  type BrokerOwner,
  openBroker,
  ownerLabels,
} from "@gantry/broker";
import { freshId } from "./docker-world.ts";

type Power = Parameters<typeof openBroker>[0]["power"];

export interface Answered {
  readonly status: number;
  readonly value: unknown;
  readonly message: string;
}

/** A broker before a real engine, for an owner that nobody else is. */
export class Brokered implements AsyncDisposable {
  readonly audit: BrokerEntry[] = [];
  readonly labels: Readonly<Record<string, string>>;
  readonly host: string;
  readonly #engine: string;
  readonly #dir: string;
  #broker: Broker | undefined;

  private constructor(engine: string, dir: string, labels: Readonly<Record<string, string>>) {
    this.#engine = engine;
    this.#dir = dir;
    this.labels = labels;
    this.host = `unix://${join(dir, "docker.sock")}`;
  }

  static async open(
    host: string,
    owner: BrokerOwner,
    power: Partial<Power> = {},
  ): Promise<Brokered> {
    const dir = await mkdtemp(join(tmpdir(), "gantry-brokered-"));
    const world = new Brokered(host.replace("unix://", ""), dir, ownerLabels(owner, freshId()));
    world.#broker = await openBroker({
      engine: { socketPath: world.#engine },
      listenPath: join(dir, "docker.sock"),
      owner,
      power: {
        calls: ["build", "images", "run", "exec", "networks", "volumes"],
        reach: [],
        ...power,
      },
      labels: world.labels,
      audit: (entry) => world.audit.push(entry),
    });
    return world;
  }

  ask(method: string, path: string, body?: unknown): Promise<Answered> {
    return send(join(this.#dir, "docker.sock"), { method, path, body });
  }

  /** The engine itself, as its administrator. */
  direct(method: string, path: string, body?: unknown): Promise<Answered> {
    return send(this.#engine, { method, path, body });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#broker?.[Symbol.asyncDispose]();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

async function send(
  socketPath: string,
  {
    method,
    path,
    body,
  }: { readonly method: string; readonly path: string; readonly body: unknown },
): Promise<Answered> {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  http
    .request({ socketPath, method, path, headers, agent: false }, resolve)
    .on("error", reject)
    .end(body === undefined ? undefined : JSON.stringify(body));
  const answer = await promise;
  const said = await text(answer);
  const value = parse(said);
  const message =
    typeof value === "object" && value !== null && "message" in value
      ? String(value.message)
      : said;
  return { status: answer.statusCode ?? 0, value, message };
}

function parse(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}
