import { mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BrokerEntry, BrokerError, openBroker, ownerLabels } from "@gantry/broker";
import { enginePlace, type EnginePower } from "@gantry/driver-package";
import { newId } from "@gantry/cnab";
import { Fault } from "../fault.ts";
import type { ObtainedImages } from "../store/obtained-images.ts";
import { type EngineServices, listens } from "./engine-services.ts";
import type { LaunchRequest, Launcher, Prepared } from "./launcher.ts";
import { RawConnections } from "./raw-connections.ts";
import { relaySocket } from "./socket-relay.ts";

export interface BrokerOptions {
  /** Directory in which filtered sockets appear. */
  readonly dir: string;
  /** Directory of the logs that engines write; they are kept as long as the containers are. */
  readonly logsDir: string;
  /** The id of the home, in the labels of everything that a driver makes in the engine. */
  readonly owner: string;
  /** What drivers came by with earlier processes. */
  readonly images: ObtainedImages;
  readonly audit: (entry: BrokerEntry) => void;
  /** Has engines listen that do not by themselves. */
  readonly services: EngineServices;
}

/** Gives a package that was granted an engine a filtered socket of it, for as long as its process lives; an unfiltered one where that was granted. */
export function brokeredLauncher(inner: Launcher, options: BrokerOptions): Launcher {
  return {
    expects: (request) => inner.expects(request),
    async prepare(request, signal) {
      const power = request.package?.granted.engine;
      if (power === undefined) return inner.prepare(request, signal);
      const engine = await engineSocket(request, power, options.services);
      await using undo = new AsyncDisposableStack();
      const owner = request.owner ?? request.name;
      const engineLogs = await logsOf(options.logsDir, request.name);
      const access = { power, engine, logsDir: engineLogs };
      const listenPath = await listen(undo, owner, { ...options, ...access });
      // Who has the engine's own socket can have logs written anywhere.
      const logs = power.reach.includes("raw-socket") ? {} : { engineLogs };
      const given = { ...request, engineSocket: listenPath, ...logs };
      const prepared = await inner.prepare(given, signal);
      const around = undo.move();
      return withAround(prepared, around);
    },
  };
}

interface Access {
  readonly power: EnginePower;
  readonly engine: string;
  readonly logsDir: string;
}

/** One directory for each driver, which stays: a run outlives the process that started it. */
async function logsOf(dir: string, name: string): Promise<string> {
  const logs = join(dir, name);
  await mkdir(logs, { recursive: true, mode: 0o755 });
  return realpath(logs);
}

function withAround(prepared: Prepared, around: AsyncDisposableStack): Prepared {
  return {
    ...prepared,
    async [Symbol.asyncDispose]() {
      await prepared[Symbol.asyncDispose]();
      await around.disposeAsync();
    },
  };
}

async function listen(
  undo: AsyncDisposableStack,
  name: string,
  options: BrokerOptions & Access,
): Promise<string> {
  const { dir, power } = options;
  const place = join(dir, `driver-${newId({})}`);
  await mkdir(place, { recursive: true, mode: 0o755 });
  undo.defer(() => rm(place, { recursive: true, force: true }));
  const listenPath = join(place, "engine.sock");
  const open = power.reach.includes("raw-socket") ? openRaw : openFiltered;
  undo.use(await open(name, listenPath, options));
  return listenPath;
}

type ListenOptions = Parameters<typeof listen>[2];

// A confined driver may be another user of this machine; the directory above lets nobody else in.
const MODE = 0o666;

function openFiltered(
  name: string,
  listenPath: string,
  { engine, power, owner: home, images, logsDir, audit }: ListenOptions,
): Promise<AsyncDisposable> {
  const owner = { kind: "driver", name } as const;
  const labels = ownerLabels(owner, home);
  const known = images.of(owner, engine);
  const socketPath = { socketPath: engine };
  return openBroker({
    engine: socketPath,
    listenPath,
    mode: MODE,
    power,
    owner,
    labels,
    images: known,
    logsDir,
    audit,
  }).catch((error: unknown) => {
    throw error instanceof BrokerError ? refused(name, error) : error;
  });
}

/** The engine's own, unfiltered; by a socket of ours, since an engine that starts anew makes a new one. Its connections are on record. */
async function openRaw(
  name: string,
  listenPath: string,
  { engine, audit }: ListenOptions,
): Promise<AsyncDisposable> {
  const owner = { kind: "driver", name } as const;
  const entry = { owner, method: "RAW", path: "*", verdict: "allowed" } as const;
  await using undo = new AsyncDisposableStack();
  const connections = undo.use(
    new RawConnections((reason) => audit({ ...entry, reason, time: new Date().toISOString() })),
  );
  const onConnection = (): void => connections.add();
  undo.use(await relaySocket({ listenPath, target: engine, mode: MODE, onConnection }));
  return undo.move();
}

/** The operator's engine. A filter can be put before a socket of this machine only. */
async function engineSocket(
  { name, environment }: LaunchRequest,
  power: EnginePower,
  services: EngineServices,
): Promise<string> {
  const { variable, sockets, service } = enginePlace(power);
  const usual = sockets(environment, process.getuid?.() ?? 0);
  const [likeliest = ""] = usual;
  const host = environment[variable];
  if (host?.startsWith("unix://") === true) return host.slice("unix://".length) || likeliest;
  if (host) throw elsewhere(name, { variable, host });
  if (service === undefined) return likeliest;
  for (const socket of usual) if (await listens(socket)) return socket;
  return services.socketOf({ name: power.api ?? "engine", command: service, environment });
}

function elsewhere(
  name: string,
  place: { readonly variable: string; readonly host: string },
): Fault {
  const { variable, host } = place;
  const shown = host.replace(/:\/\/[^@/]*@/u, "://");
  const text = `Driver ${name} was granted an engine, and ${variable} is ${shown}.`;
  return new Fault("driver-refused", text, {
    hint: `Only an engine on a Unix socket of this machine can be filtered; grant no engine, or set ${variable}=unix://PATH.`,
  });
}

function refused(name: string, cause: BrokerError): Fault {
  return new Fault("driver-refused", `Driver ${name} cannot have its engine: ${cause.message}`, {
    hint: cause.hint,
    cause,
  });
}
