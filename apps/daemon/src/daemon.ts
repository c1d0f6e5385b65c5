import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProgramStamp } from "@gantry/protocol";
import { Peer, type Transport, WebSocketListener } from "@gantry/rpc";
import { AuditLog } from "./audit/audit-log.ts";
import type { FindRuntime } from "./build/runtime.ts";
import { openDrivers } from "./drivers/open-drivers.ts";
import { type InstalledDrivers, NONE_INSTALLED } from "./endpoints/installed-driver.ts";
import { ConfigFile } from "./endpoints/config-file.ts";
import { configuredSecrets } from "./endpoints/operator-secrets.ts";
import { EndpointRegistry } from "./endpoints/registry.ts";
import { Sweeper } from "./endpoints/sweeper.ts";
import type { Room, Session } from "./handlers/room.ts";
import { bindAll } from "./handlers/table.ts";
import { type Home, openHome } from "./home.ts";
import { IdleWatch } from "./idle.ts";
import { HomeLock } from "./lock.ts";
import type { Logger } from "./log.ts";
import { InstallationLeases } from "./operations/installation-leases.ts";
import { Operations } from "./operations/operations.ts";
import { Turns } from "./operations/turns.ts";
import { resumeAll } from "./run/resume-all.ts";
import type { DriverCrashes } from "./store/driver-crashes.ts";
import { Store } from "./store/store.ts";
import { Terminals } from "./terminals/terminals.ts";
import { brokeredLauncher } from "./supervision/brokered-launcher.ts";
import { confinedLauncher } from "./supervision/confined-launcher.ts";
import { EngineServices } from "./supervision/engine-services.ts";
import type { Launcher, Launching } from "./supervision/launcher.ts";
import { SUPERVISION, type SupervisionPolicy } from "./supervision/policy.ts";
import { toRpcError } from "./to-failure.ts";

export interface DaemonOptions {
  readonly home: string;
  readonly version: string;
  /** The program that runs, as it was when it was started. */
  readonly program?: ProgramStamp;
  readonly log: Logger;
  /** Seconds without clients and operations after which it leaves. */
  readonly idleSeconds: number;
  readonly findRuntime: FindRuntime;
  /** The user's Porter home, whose mixins are found too. */
  readonly porterHome: string;
  /** What programs that the daemon starts on its own behalf get to see: PATH, HOME, TMPDIR. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Directory of the driver packages that come with Gantry. Default: where the build puts them. */
  readonly shippedDir?: string;
  /** The operator's whole environment, of which a driver sees what it was granted. Default `environment`. */
  readonly operatorEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Driver packages. Default none. */
  readonly installed?: InstalledDrivers;
  /** Names of driver packages that can be installed from what comes along. Default: those beside the daemon. */
  readonly shipped?: () => Promise<readonly string[]>;
  /** How drivers' processes are started. Default: packages confined, where the host can. */
  readonly launcher?: Launcher;
  readonly supervision?: Partial<SupervisionPolicy>;
}

/** Beside the daemon's code, bundled or not: one folder for each driver that is shipped as a package. */
const SHIPPED_DRIVERS = fileURLToPath(new URL("../dist/drivers", import.meta.url));

/** A daemon that serves one home. Disposing it lets runs go on; the next daemon takes them up. */
export interface Daemon extends AsyncDisposable {
  readonly socket: string;
  /** Settles when the daemon wants to end: asked to, or idle. */
  readonly ended: Promise<string>;
}

/** Takes the home, takes up what an earlier daemon left, and listens. Throws `busy` when the home is held. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { log } = options;
  await using stack = new AsyncDisposableStack();
  const home = openHome(options.home);
  stack.use(HomeLock.acquire(home.lock));
  const store = stack.use(new Store(home));
  const drivers = await openDrivers(home, { shippedDir: SHIPPED_DRIVERS, ...options });
  const audit = stack.use(openAudit(home, log));
  const shipped = () => drivers.shipped.names();
  const packaged = { installed: drivers.installed, shipped, ...options };
  const launching = launchingIn({ home, options: packaged, store, audit }, stack);
  const endpoints = stack.use(openEndpoints(home, packaged, launching));
  const onDefect = (error: unknown): void => log.error({ err: error }, "defect");
  const operations = stack.use(
    new Operations({ records: store.operations, dir: home.operations, onDefect }),
  );
  const terminals = stack.use(new Terminals());
  const clients = new Map<Peer, Session>();
  const ended = Promise.withResolvers<string>();
  const idle = stack.use(
    new IdleWatch({
      seconds: options.idleSeconds,
      isBusy: () => clients.size > 0 || operations.runningCount > 0 || terminals.openCount > 0,
      onIdle: () => ended.resolve("idle"),
    }),
  );
  const room: Room = {
    ...options,
    sweeper: new Sweeper(store.owner, () => runsUnderWay(store)),
    home,
    store,
    audit,
    endpoints,
    drivers,
    launching,
    operations,
    leases: new InstallationLeases(),
    terminals,
    buildTurns: new Turns(),
    mixinDirs: [home.mixins, join(options.porterHome, "mixins")],
    started: new Date(),
    clientCount: () => clients.size,
    sessions: () => [...clients.values()],
    requestStop: () => void setTimeout(() => ended.resolve("asked to stop"), 20),
  };
  await resumeAll(room);
  stack.use(await listenAnew(home.socket, acceptInto(clients, idle, servingWith(room, onDefect))));
  log.info({ home: home.dir, socket: home.socket, version: options.version }, "listening");
  return toDaemon(home.socket, ended.promise, stack.move());
}

function toDaemon(socket: string, ended: Promise<string>, owned: AsyncDisposableStack): Daemon {
  return { socket, ended, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Counts who is connected. */
function acceptInto(
  clients: Map<Peer, Session>,
  idle: IdleWatch,
  serveOne: (transport: Transport, session: Session) => Peer,
): (transport: Transport) => void {
  return (transport) => {
    idle.touch();
    const session: Session = { connected: new Date(), environment: {}, isLeaving: false };
    const peer = serveOne(transport, session);
    clients.set(peer, session);
    void peer.closed.then(() => clients.delete(peer)).then(() => idle.touch());
  };
}

/** A socket that an earlier daemon left is nobody's: we hold the lock. */
function listenAnew(
  socket: string,
  accept: (transport: Transport) => void,
): Promise<WebSocketListener> {
  if (existsSync(socket)) rmSync(socket);
  return WebSocketListener.listen(socket, accept);
}

function openAudit(home: Home, log: Logger): AuditLog {
  return new AuditLog(home.audit, { onError: (err) => log.error({ err }, "audit") });
}

/** Beside the brokers, where paths are short enough for sockets. */
function openServices({ brokers }: Home, log: Logger): EngineServices {
  const tell = (name: string, text: string): void => log.warn({ engine: name }, text);
  return new EngineServices({ dir: join(brokers, "engines"), log: tell });
}

function openEndpoints(
  home: Home,
  options: DaemonOptions,
  launching: Remembered,
): EndpointRegistry {
  const { environment, operatorEnvironment = environment, log } = options;
  return new EndpointRegistry(home, {
    ...launching,
    installed: options.installed ?? NONE_INSTALLED,
    shipped: options.shipped ?? (async () => []),
    policy: { ...SUPERVISION, ...options.supervision },
    secrets: configuredSecrets(new ConfigFile(home.config), operatorEnvironment),
    log: (name, text) => log.warn({ driver: name }, text),
  });
}

/** How drivers are started; what is started for them all is owned by `stack`. */
function launchingIn(parts: LaunchingParts, stack: AsyncDisposableStack): Remembered {
  const { home, options, store, audit } = parts;
  const { environment, operatorEnvironment = environment } = options;
  const set = Object.entries(operatorEnvironment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    environment: Object.fromEntries(set),
    crashes: store.driverCrashes,
    launcher: brokeredLauncher(options.launcher ?? confinedIn(home), {
      dir: home.brokers,
      logsDir: home.engineLogs,
      owner: store.owner,
      images: store.obtainedImages,
      audit: (entry) => audit.append(entry),
      services: stack.use(openServices(home, options.log)),
    }),
  };
}

/** How drivers are started, and how they fared before. */
interface Remembered extends Launching {
  readonly crashes: DriverCrashes;
}

interface LaunchingParts {
  readonly home: Home;
  readonly options: DaemonOptions;
  readonly store: Store;
  readonly audit: AuditLog;
}

function confinedIn(home: Home): Launcher {
  const config = new ConfigFile(home.config);
  const policy = async () => (await config.read()).config.policy;
  return confinedLauncher({ home: home.dir, policy });
}

/** The ids of runs that are somebody's: what a sweep must leave. */
function runsUnderWay({ operations }: Store): string[] {
  const running = operations.list({ running: true, limit: 10_000 });
  return running.flatMap(({ id }) => operations.resume(id)?.runId ?? []);
}

function servingWith(
  room: Room,
  onDefect: (error: unknown) => void,
): (transport: Transport, session: Session) => Peer {
  return (transport, session) => {
    const bindings = bindAll(room, session);
    return new Peer(transport, { other: "the client", bindings, toRpcError, onDefect });
  };
}
