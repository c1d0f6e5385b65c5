import {
  daemonStatus,
  daemonStop,
  ERRORS,
  initialize,
  METHODS,
  type ProgramStamp,
  PROTOCOL_VERSION,
  rpcDiscover,
  toOpenRpc,
} from "@gantry/protocol";
import { type HandlerOf, RpcError } from "@gantry/rpc";
import { Fault } from "../fault.ts";
import type { Room, Session } from "./room.ts";

export function handleInitialize(room: Room, session: Session): HandlerOf<typeof initialize> {
  return async ({ protocol, environment, client, program }) => {
    if (protocol !== PROTOCOL_VERSION) throw otherVersion(room, client.version);
    session.environment = environment;
    session.client = client;
    session.isLeaving = program !== undefined && isOutdated(room, program) && isIdle(room);
    if (session.isLeaving) room.requestStop();
    return {
      daemon: { version: room.version, pid: process.pid, home: room.home.dir },
      protocol: PROTOCOL_VERSION,
      methods: Object.keys(METHODS),
      isLeaving: session.isLeaving,
    };
  };
}

function isOutdated({ program }: Room, onDisk: ProgramStamp): boolean {
  return program?.path === onDisk.path && program.stamp !== onDisk.stamp;
}

/** Nobody loses anything when the daemon leaves now. */
function isIdle(room: Room): boolean {
  return room.operations.runningCount === 0 && room.clientCount() <= 1;
}

function otherVersion(room: Room, client: string): RpcError {
  return new RpcError(
    ERRORS["protocol-version"].rpcCode,
    `The daemon of this home is of version ${room.version}, this gantry of version ${client}.`,
    { code: "protocol-version", hint: "Run `gantry daemon stop`, then try again." },
  );
}

export function handleDiscover(room: Room): HandlerOf<typeof rpcDiscover> {
  return async () => toOpenRpc(Object.values(METHODS), { title: "gantryd", version: room.version });
}

export function handleDaemonStatus(room: Room): HandlerOf<typeof daemonStatus> {
  const cpu = new CpuShare(room.started.getTime());
  return async () => ({
    version: room.version,
    pid: process.pid,
    home: room.home.dir,
    socket: room.home.socket,
    started: room.started.toISOString(),
    clients: room.clientCount(),
    connections: room.sessions().flatMap(connectionOf),
    runningOperations: room.operations.runningCount,
    openTerminals: room.terminals.openCount,
    memoryBytes: process.memoryUsage.rss(),
    cpuPercent: cpu.next(),
    idleSeconds: room.idleSeconds,
  });
}

function connectionOf({ client, connected }: Session) {
  return client === undefined ? [] : [{ ...client, connected: connected.toISOString() }];
}

/** How busy the process was between two looks. */
class CpuShare {
  #since: number;
  #used = 0;

  constructor(since: number) {
    this.#since = since;
  }

  /** Per cent of one core since the last look. */
  next(): number {
    const now = Date.now();
    const { user, system } = process.cpuUsage();
    const used = (user + system) / 1_000;
    const share = (100 * (used - this.#used)) / Math.max(1, now - this.#since);
    this.#since = now;
    this.#used = used;
    return Math.round(Math.max(0, share) * 10) / 10;
  }
}

export function handleDaemonStop(room: Room): HandlerOf<typeof daemonStop> {
  return async ({ force }) => {
    const count = room.operations.runningCount;
    if (count > 0 && !force) {
      throw new Fault(
        "busy",
        `The daemon carries out ${count} operation${count === 1 ? "" : "s"}.`,
        {
          hint: "Wait for them, or stop it with --force: runs go on and are taken up again, builds are cancelled.",
        },
      );
    }
    room.requestStop();
    return {};
  };
}
