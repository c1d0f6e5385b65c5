import {
  type LockedDriver,
  lockDifferences,
  PackageError,
  parseSource,
} from "@gantry/driver-package";
import { type FetchedPackage, fetchPackage, toPublisher } from "@gantry/driver-sources";
import type { InstalledPackage } from "@gantry/protocol";
import { type DriverRoom, LOCK_TURN } from "./driver-room.ts";
import { candidateOf, checkUsable, lockedFrom, notInstalled } from "./inspect-driver.ts";
import { readLock, writeLock } from "./lock-store.ts";
import { toInstalled } from "./package-view.ts";
import { type Answer, settleGrant } from "./settle-grant.ts";

export interface InstallRequest extends Answer {
  readonly source: string;
  readonly sha512?: string;
  readonly frozen: boolean;
  readonly lock?: string;
}

/** Installs exactly what was inspected, with what is granted. Throws `driver-tampered` when it is not that any more. */
export function installDriver(
  room: DriverRoom,
  request: InstallRequest,
  signal: AbortSignal,
): Promise<InstalledPackage> {
  return room.turns.take(LOCK_TURN, signal, async () => {
    const fetched = await inspected(room, request, signal);
    checkUsable(fetched);
    const { name } = fetched.manifest;
    await room.revocations.check({ ...fetched.manifest, sha512: fetched.sha512 });
    const candidate = await candidateOf(room, fetched, request.lock);
    const granted = settleGrant(name, candidate, request);
    const locked: LockedDriver = { ...lockedFrom(fetched), granted };
    if (request.frozen) checkFrozen(name, candidate.pinned, locked);
    await record(room, { name, locked, lock: request.frozen ? undefined : request.lock });
    return installedView(room, name);
  });
}

/** The package as the store has it, every byte of it checked. */
async function inspected(
  room: DriverRoom,
  { source, sha512 }: InstallRequest,
  signal: AbortSignal,
): Promise<FetchedPackage> {
  const { store } = room;
  if (sha512 === undefined) {
    const parsed = parseSource(source);
    const world = await room.world({}, signal);
    if (parsed.kind === "link") return fetchPackage(world, parsed, { signal });
  } else {
    const origin = (await store.origins(sha512)).find((one) => one.source === source);
    if (origin !== undefined) {
      await store.verify(sha512);
      const manifest = await store.manifest(sha512);
      const publisher = toPublisher(manifest, origin.verified);
      const directory = store.directoryOf(sha512);
      return { manifest, publisher, source, sha512, directory, notices: [] };
    }
  }
  throw new PackageError("driver-tampered", `${source} was not inspected with this digest.`, {
    hint: "Inspect it first, and install what was shown.",
  });
}

function checkFrozen(name: string, pinned: LockedDriver | undefined, found: LockedDriver): void {
  const differences = lockDifferences(pinned, found);
  if (differences.length > 0) throw differs(name, differences);
}

/** What is found is not what a lock file says: each difference by name. */
export function differs(name: string, differences: readonly string[]): PackageError {
  const message = `${name} is not what gantry.lock says: ${differences[0]}.`;
  return new PackageError("lock-differs", message, {
    hint: "If that is meant, install it without --frozen and commit gantry.lock.",
    details: differences.length > 1 ? differences : [],
  });
}

interface Recording {
  readonly name: string;
  readonly locked: LockedDriver;
  readonly lock: string | undefined;
}

/** The project's lock file first: what the home acts on is written last. Links are nobody else's business. */
async function record({ installed }: DriverRoom, recording: Recording): Promise<void> {
  const { name, locked, lock } = recording;
  if (lock !== undefined && locked.sha512 !== undefined)
    await writeLock(lock, { ...(await readLock(lock)), [name]: locked });
  await installed.replace({ ...(await installed.locked()), [name]: locked });
}

/** An installed driver as clients see it. Throws `not-found`. */
export async function installedView(room: DriverRoom, name: string): Promise<InstalledPackage> {
  const record = (await room.installed.records()).find((one) => one.name === name);
  if (record === undefined) throw notInstalled(name);
  return toInstalled(room, record);
}
