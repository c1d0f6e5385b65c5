import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchDriver } from "@gantry/driver-api";
import { startProcess } from "@gantry/process";
import { connectWebSocket } from "@gantry/rpc";
import { type Line, pairedLine, type Target } from "../line.ts";
import { comparePairs, type Side } from "../measure.ts";
import type { Row } from "../row.ts";
import { quantile } from "../statistics.ts";
import { fakeDriverCommand, oncePerWorld, SMALL_CALLS, type World } from "../world.ts";

/** Calls of one batch: a batch is what is timed in turns. */
const BATCH = 200;
/** Calls that do not count: programs that just-in-time compilers run are several times slower at first. */
const WARM_UP = 2_000;
/** Microseconds that a call to a driver in a process of its own may take. */
const TARGET = { of: "value", atMost: 150 } as const;
const SOURCE = "--conditions=@gantry/source";
const BESIDE = "WebSocket echo, p50";

type Call = () => Promise<unknown>;

/** A message of a call's size goes to another process and comes back as it is, over the kind of socket that the daemon has. */
const openEcho = oncePerWorld(async (world): Promise<Call> => {
  const path = world.newPath("echo");
  const server = fileURLToPath(new URL("../beside/echo-server.ts", import.meta.url));
  const child = world.use(
    await startProcess(process.execPath, [SOURCE, server, path], { env: {}, graceMs: 1_000 }),
  );
  await once(child.stdout, "data");
  const socket = world.use(await connectWebSocket(`ws+unix:${path}:/`));
  const message = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "driver.show", params: {} });
  let answered = Promise.withResolvers<void>();
  socket.listen(() => answered.resolve());
  return async () => {
    answered = Promise.withResolvers();
    await socket.send(message);
    await answered.promise;
  };
});

export const roundTripRows: readonly Row[] = [
  row("client, daemon, driver process and back (driver.probe)", daemonAndDriver, TARGET),
  row("the same, with what the driver can do and takes (driver.show)", driverShown),
  row("client, daemon and back (daemon.status)", daemonAlone),
  row("driver process and back (probe)", driverAlone, TARGET),
];

function row(what: string, open: (world: World) => Promise<Call>, target?: Target): Row {
  const about = { what, ...(target && { target }) };
  const measure = async (world: World) => [await compare(world, about, await open(world))];
  return { group: "round-trip", what, measure };
}

type About = Pick<Line, "what" | "target">;

async function compare(world: World, { what, ...about }: About, call: Call): Promise<Line> {
  for (let n = 0; n < WARM_UP; n += 1) await call();
  const ours = new Batches(call);
  const echo = new Batches(await openEcho(world));
  const pairs = await comparePairs({
    ours,
    beside: echo,
    pairs: world.pairs,
    signal: world.signal,
  });
  const p99 = (batches: Batches): string => `${quantile(batches.all, 0.99).toFixed(0)} µs`;
  const note = `p99 ${p99(ours)}, echo p99 ${p99(echo)}, of ${ours.all.length} calls each`;
  return pairedLine({ ...about, what: `${what}, p50`, beside: BESIDE, pairs, unit: "µs", note });
}

/** Many calls, one after the other. A batch gives its middle one, in microseconds; the first batch does not count. */
class Batches implements Side {
  readonly all: number[] = [];
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  async run(round: number): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < BATCH; n += 1) {
      const started = performance.now();
      await this.#call();
      times.push((performance.now() - started) * 1000);
    }
    if (round >= 0) this.all.push(...times);
    return quantile(times, 0.5);
  }
}

async function daemonAndDriver(world: World): Promise<Call> {
  const client = world.use(await (await world.home()).connect());
  return () => client.request("driver.probe", { name: SMALL_CALLS });
}

async function driverShown(world: World): Promise<Call> {
  const client = world.use(await (await world.home()).connect());
  return () => client.request("driver.show", { name: SMALL_CALLS });
}

async function daemonAlone(world: World): Promise<Call> {
  const client = world.use(await (await world.home()).connect());
  return () => client.request("daemon.status", {});
}

async function driverAlone(world: World): Promise<Call> {
  const dir = world.newPath("fake-driver");
  await mkdir(dir);
  const [command = "", ...args] = fakeDriverCommand(world.root);
  const context = { stateDir: dir, contentDir: dir };
  const driver = world.use(await launchDriver({ command, args, env: {}, options: {}, context }));
  return () => driver.probe(world.signal);
}
