import { chmod, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BrokerError, openBroker, ownerLabels } from "@gantry/broker";
import { EngineCall } from "@gantry/driver-package";
import type { EngineAccess, RunFacet } from "@gantry/driver-api";
import type { AuditLog } from "../audit/audit-log.ts";
import { Fault } from "../fault.ts";
import type { Home } from "../home.ts";
import type { Store } from "../store/store.ts";
import { bundleOwner } from "./bundle-owner.ts";

/** What a filtered socket takes of the daemon. */
export interface AccessRoom {
  readonly home: Home;
  readonly store: Store;
  readonly audit: AuditLog;
}

/** Whose socket it is: what one run of an installation made, its next run sees. */
export interface AccessOwner {
  readonly namespace: string;
  readonly installation: string;
}

interface AccessRequest {
  readonly facet: RunFacet | undefined;
  readonly access: EngineAccess;
  readonly owner: AccessOwner;
  /** Whether the run goes on without us, so that its directory must stay. */
  readonly isLeft: () => boolean;
  readonly signal: AbortSignal;
}

/** All calls on the owner's own things, and nothing of the host. */
const POWER = { calls: EngineCall.options, reach: [] };
const SOCKET = "docker.sock";

/** Where the socket of a run is: the same for every daemon of the home, so that a later one can make it anew. */
export function brokeredAccess(home: Home, runId: string): EngineAccess {
  return { path: join(home.brokers, runId, SOCKET) };
}

/** Opens the filtered socket of a run, if it is to have one. Disposing it closes it; the directory goes unless the run is left to another daemon. */
export async function openAccess(
  room: AccessRoom,
  { facet, access, owner, isLeft, signal }: AccessRequest,
): Promise<AsyncDisposable> {
  if (access === false || access === "raw") return { [Symbol.asyncDispose]: async () => undefined };
  const { path } = access;
  const dir = dirname(path);
  const engine = { socketPath: await engineSocketOf(facet, signal) };
  const bundle = bundleOwner(owner.namespace, owner.installation);
  // Who runs the program is not known here; the directory around it keeps everybody else of this machine out.
  await checkPrivate(room.home.brokers);
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o755);
  const broker = await openBroker({
    engine,
    listenPath: path,
    mode: 0o666,
    power: POWER,
    owner: bundle,
    labels: ownerLabels(bundle, room.store.owner),
    images: room.store.obtainedImages.of(bundle, engine.socketPath),
    audit: (entry) => room.audit.append(entry),
  }).catch((error: unknown) => {
    throw error instanceof BrokerError
      ? new Fault("unsupported", error.message, { hint: error.hint, cause: error })
      : error;
  });
  return {
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]();
      if (!isLeft()) await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Refuses a directory that somebody else made in a place where all may write. */
async function checkPrivate(path: string): Promise<void> {
  const found = await lstat(path);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.();
  if (isOurs && (found.mode & 0o077) === 0) return;
  throw new Fault("unsupported", `The directory ${path} for sockets of runs is open to others.`, {
    hint: "Remove it, or use a shorter GANTRY_HOME.",
  });
}

function engineSocketOf(facet: RunFacet | undefined, signal: AbortSignal): Promise<string> {
  if (facet?.engineSocket !== undefined) return facet.engineSocket(signal);
  throw new Fault("unsupported", "The endpoint does not say where its engine's socket is.", {
    hint: "Choose another endpoint, or use --allow-docker-host-access=raw if you trust the bundle with the host.",
  });
}

/** Removes the directories of runs that nobody follows any more. */
export async function sweepAccess(home: Home, kept: readonly string[]): Promise<void> {
  const found = await readdir(home.brokers);
  const left = found.filter((name) => !kept.includes(basename(name)));
  await Promise.all(
    left.map((name) => rm(join(home.brokers, name), { recursive: true, force: true })),
  );
}
