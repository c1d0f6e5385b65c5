import {
  isCovered,
  type LockedDriver,
  lockDifferences,
  type LockedDrivers,
  PackageError,
  parseSource,
  powerLines,
  widening,
} from "@gantry/driver-package";
import { fetchPackage, type FetchWorld, toPublisher } from "@gantry/driver-sources";
import type { InstalledPackage } from "@gantry/protocol";
import { type DriverRoom, LOCK_TURN, type UserEnvironment } from "./driver-room.ts";
import { checkUsable, lockedFrom } from "./inspect-driver.ts";
import { differs, installedView } from "./install-driver.ts";
import { checkAgainst } from "./installed-packages.ts";
import { readLock } from "./lock-store.ts";

export interface RestoreRequest {
  readonly lock: string;
  readonly environment: UserEnvironment;
}

/** Installs exactly what a lock file says. One difference, and nothing is installed. */
export function restoreLock(
  room: DriverRoom,
  { lock, environment }: RestoreRequest,
  signal: AbortSignal,
): Promise<readonly InstalledPackage[]> {
  return room.turns.take(LOCK_TURN, signal, async () => {
    const pinned = await readLock(lock);
    if (Object.keys(pinned).length === 0) throw emptyLock(lock);
    await room.revocations.refresh(signal);
    const world = await room.world(environment, signal);
    const current = await room.installed.locked();
    for (const [name, entry] of Object.entries(pinned)) {
      await room.revocations.check({ name, ...entry });
      checkNoWidening(name, entry, current);
      await provide({ world, name, entry, signal });
    }
    await room.installed.replace({ ...current, ...pinned });
    return Promise.all(Object.keys(pinned).map((name) => installedView(room, name)));
  });
}

interface Providing {
  readonly world: FetchWorld;
  readonly name: string;
  readonly entry: LockedDriver;
  readonly signal: AbortSignal;
}

/** Sees to it that the content is there, is whole, and is what the lock file says. */
async function provide(providing: Providing): Promise<void> {
  const { name, entry } = providing;
  const found = (await fromStore(providing)) ?? (await fromSource(providing));
  const differences = lockDifferences(entry, found);
  if (differences.length > 0) throw differs(name, differences);
}

/** What is there already needs no network. */
async function fromStore({ world, name, entry }: Providing): Promise<LockedDriver | undefined> {
  const { sha512, granted, source } = entry;
  if (sha512 === undefined) throw linkedEntry(name);
  const origin = (await world.store.origins(sha512)).find((one) => one.source === source);
  const isWhole = await world.store.verify(sha512).then(
    () => true,
    () => false,
  );
  if (origin === undefined || !isWhole) return undefined;
  const manifest = await world.store.manifest(sha512);
  const { directory, publisher, notices } = {
    directory: world.store.directoryOf(sha512),
    publisher: toPublisher(manifest, origin.verified),
    notices: [],
  };
  const fetched = { manifest, publisher, source, sha512, directory, notices };
  checkUsable(fetched);
  checkAgainst(name, { ...entry, version: manifest.version }, manifest);
  return { ...lockedFrom(fetched), granted };
}

async function fromSource({ world, name, entry, signal }: Providing): Promise<LockedDriver> {
  const fetched = await fetchPackage(world, parseSource(entry.source), { signal });
  checkUsable(fetched);
  const { version } = fetched.manifest;
  checkAgainst(name, { ...entry, version }, fetched.manifest);
  return { ...lockedFrom(fetched), granted: entry.granted };
}

/** A file that came with a project does not make a grant of this home wider. */
function checkNoWidening(name: string, entry: LockedDriver, current: LockedDrivers): void {
  const before = current[name];
  if (before === undefined || isCovered(before.granted, entry.granted)) return;
  const message = `gantry.lock grants ${name} more than this home does.`;
  throw new PackageError("driver-unconfirmed", message, {
    hint: `Look at it, then say \`gantry drivers install '${entry.source}' --grant all\`.`,
    details: powerLines(widening(before.granted, entry.granted)),
  });
}

function linkedEntry(name: string): PackageError {
  return new PackageError("lock-invalid", `gantry.lock names ${name} as a linked directory.`, {
    hint: "A link is for development on one machine: install the driver and commit gantry.lock.",
  });
}

function emptyLock(lock: string): PackageError {
  return new PackageError("not-found", `There is no driver in ${lock}.`, {
    hint: "Install one with `gantry drivers install SPEC --lock gantry.lock`.",
  });
}
