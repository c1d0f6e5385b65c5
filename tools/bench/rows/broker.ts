import http from "node:http";
import { text } from "node:stream/consumers";
import { openBroker, ownerLabels } from "@gantry/broker";
import { MeasureError, MissingEngineError } from "../errors.ts";
import { type Line, pairedLine } from "../line.ts";
import { comparePairs } from "../measure.ts";
import type { Row } from "../row.ts";
import { quantile } from "../statistics.ts";
import { oncePerWorld, type World } from "../world.ts";

/** Pings of one batch: a batch is what is timed in turns. */
const BATCH = 200;
const BESIDE = "the engine's own socket";

/** One client of an engine, on connections that are kept. */
class EngineClient {
  readonly #socketPath: string;
  readonly #agent = new http.Agent({ keepAlive: true });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async call(method: string, path: string, body?: object): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    http
      .request({ socketPath: this.#socketPath, agent: this.#agent, method, path, headers }, resolve)
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
    const answer = await promise;
    const said = await text(answer);
    if ((answer.statusCode ?? 500) < 300) return said;
    throw new MeasureError(
      `The engine answered ${method} ${path} with ${answer.statusCode}: ${said}`,
      {
        hint: "",
      },
    );
  }

  /** A batch of pings; gives the middle one, in microseconds. */
  async pings(): Promise<number> {
    const took: number[] = [];
    for (let n = 0; n < BATCH; n += 1) {
      const started = performance.now();
      await this.call("GET", "/_ping");
      took.push((performance.now() - started) * 1_000);
    }
    return quantile(took, 0.5);
  }

  /** A container from its creation to its end. */
  async container(image: string): Promise<void> {
    const config = { Image: image, Cmd: ["true"], HostConfig: { NetworkMode: "none" } };
    const { Id } = JSON.parse(await this.call("POST", "/containers/create", config)) as {
      Id: string;
    };
    await this.call("POST", `/containers/${Id}/start`);
    await this.call("POST", `/containers/${Id}/wait`);
    await this.call("DELETE", `/containers/${Id}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

interface Clients {
  readonly brokered: EngineClient;
  readonly raw: EngineClient;
  readonly image: string;
}

const openClients = oncePerWorld(async (world): Promise<Clients> => {
  const host = world.env["GANTRY_TEST_DOCKER_HOST"];
  const image = world.env["GANTRY_TEST_BUSYBOX"];
  if (host === undefined || image === undefined)
    throw new MissingEngineError("no Docker Engine with a registry was started");
  const socketPath = host.replace("unix://", "");
  const owner = { kind: "driver", name: "bench" } as const;
  const broker = world.use(
    await openBroker({
      engine: { socketPath },
      listenPath: `${world.newPath("broker")}/docker.sock`,
      owner,
      power: { calls: ["run", "images"], reach: [] },
      labels: ownerLabels(owner, "bench"),
      audit: () => undefined,
    }),
  );
  const clients = {
    brokered: new EngineClient(broker.listenPath),
    raw: new EngineClient(socketPath),
  };
  world.use({
    async [Symbol.asyncDispose]() {
      clients.brokered.close();
      clients.raw.close();
    },
  });
  await clients.brokered.call("POST", `/images/create?fromImage=${image}`);
  return { ...clients, image };
});

export const brokerRows: readonly Row[] = [
  row("GET /_ping through a broker, p50", ping),
  row("create, start, wait, remove through a broker", wholeContainer),
];

function row(what: string, measure: (world: World, what: string) => Promise<Line>): Row {
  return { group: "broker", what, measure: async (world) => [await measure(world, what)] };
}

async function ping(world: World, what: string): Promise<Line> {
  const { brokered, raw } = await openClients(world);
  const pairs = await comparePairs({
    ours: { run: () => brokered.pings() },
    beside: { run: () => raw.pings() },
    pairs: world.pairs,
    signal: world.signal,
  });
  return pairedLine({ what, beside: BESIDE, pairs, unit: "µs" });
}

async function wholeContainer(world: World, what: string): Promise<Line> {
  const { brokered, raw, image } = await openClients(world);
  const pairs = await comparePairs({
    ours: { run: () => brokered.container(image) },
    beside: { run: () => raw.container(image) },
    pairs: world.pairs,
    signal: world.signal,
  });
  return pairedLine({ what, beside: BESIDE, pairs });
}
