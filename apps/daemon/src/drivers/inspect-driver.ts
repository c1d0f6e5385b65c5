import { homedir } from "node:os";
import { resolve } from "node:path";
import { DRIVER_PROTOCOL } from "@gantry/driver-api";
import {
  type LockedDriver,
  PackageError,
  parseSource,
  type Source,
  withoutVersion,
} from "@gantry/driver-package";
import { type FetchedPackage, fetchPackage, type FetchWorld } from "@gantry/driver-sources";
import type { Inspection } from "@gantry/protocol";
import { BUILT_IN } from "../endpoints/built-in.ts";
import type { DriverRoom, UserEnvironment } from "./driver-room.ts";
import { newestTag } from "./newest-tag.ts";
import { readLock } from "./lock-store.ts";
import { powersOf, toPackage } from "./package-view.ts";
import { type Candidate, questionOf } from "./settle-grant.ts";

export interface InspectRequest {
  readonly spec?: string;
  readonly name?: string;
  readonly link: boolean;
  readonly cwd: string;
  readonly lock?: string;
  readonly environment: UserEnvironment;
}

/** Fetches a package and says what there is to know and to ask. Nothing of it is run. */
export async function inspectDriver(
  room: DriverRoom,
  request: InspectRequest,
  signal: AbortSignal,
): Promise<Inspection> {
  const world = await room.world(request.environment, signal);
  const source = await sourceOf({ ...room, oci: world.oci }, request, signal);
  await room.revocations.refresh(signal);
  const fetched = await fetchPackage(world, source, { signal });
  return toInspection(room, fetched, request.lock);
}

async function toInspection(
  room: DriverRoom,
  fetched: FetchedPackage,
  lock: string | undefined,
): Promise<Inspection> {
  const { manifest } = fetched;
  checkUsable(fetched);
  const { notices } = await room.revocations.announce({ ...manifest, sha512: fetched.sha512 });
  await room.revocations.check({ ...manifest, sha512: fetched.sha512 });
  const candidate = await candidateOf(room, fetched, lock);
  const { installed } = candidate;
  const question = questionOf(candidate);
  const isSame = installed?.sha512 === fetched.sha512 && installed?.source === fetched.source;
  return {
    ...toPackage(manifest, { ...fetched, notices: [...fetched.notices, ...notices] }),
    ...(installed === undefined ? {} : { installed: { version: installed.version, isSame } }),
    isPinned: candidate.pinned !== undefined,
    isConfirmed: question.covered !== undefined,
    widening: powersOf(question.widening),
    ...(question.formerPublisher === undefined
      ? {}
      : { formerPublisher: question.formerPublisher }),
  };
}

/** A package with what this home and the project's lock file say of its name. */
export async function candidateOf(
  { installed, store }: DriverRoom,
  fetched: FetchedPackage,
  lock: string | undefined,
): Promise<Candidate> {
  const { manifest } = fetched;
  const current = (await installed.locked())[manifest.name];
  const pinned = lock === undefined ? undefined : (await readLock(lock))[manifest.name];
  const before =
    current?.sha512 === undefined
      ? undefined
      : await store.manifest(current.sha512).catch(() => undefined);
  return {
    found: lockedFrom(fetched),
    asked: manifest.powers,
    optional: manifest.optionalPowers,
    installed: current,
    askedBefore: before?.powers,
    pinned,
  };
}

/** A package as a lock file has it, but for what is granted. */
export function lockedFrom(fetched: FetchedPackage): Omit<LockedDriver, "granted"> {
  const { manifest, source, sha512, publisher } = fetched;
  return {
    version: manifest.version,
    source,
    ...(sha512 === undefined ? {} : { sha512 }),
    publisher,
    protocol: DRIVER_PROTOCOL,
  };
}

/** Throws `package-invalid` for a driver that could not be named, or that Gantry could not speak to. */
export function checkUsable({ manifest }: FetchedPackage): void {
  if (Object.hasOwn(BUILT_IN, manifest.name)) {
    const taken = `${manifest.name} is the name of a driver that is part of Gantry.`;
    throw new PackageError("package-invalid", taken, {
      hint: "Tell its author; a driver needs a name of its own.",
    });
  }
  if (manifest.protocols.includes(DRIVER_PROTOCOL)) return;
  const spoken = manifest.protocols.join(", ");
  const message = `${manifest.name} ${manifest.version} speaks driver protocol ${spoken}, Gantry ${DRIVER_PROTOCOL}.`;
  throw new PackageError("package-invalid", message, {
    hint: "Install another version of it, or of Gantry.",
  });
}

type SourceRoom = DriverRoom & Pick<FetchWorld, "oci">;

async function sourceOf(
  room: SourceRoom,
  request: InspectRequest,
  signal: AbortSignal,
): Promise<Source> {
  const { spec, name, link, cwd } = request;
  if (name !== undefined) return newestOf(room, name, signal);
  if (spec === undefined) {
    throw new PackageError("spec-invalid", "There is nothing to inspect.", {
      hint: "Name a package, a path or oci://REGISTRY/NAME:TAG.",
    });
  }
  if (link) return { kind: "link", path: absolute(spec, cwd) };
  const source = parseSource(spec, await room.shipped.names());
  if (source.kind !== "file" && source.kind !== "link") return source;
  return { ...source, path: absolute(source.path, cwd) };
}

/** A path as it is meant where the user is. */
export function absolute(path: string, cwd: string): string {
  return resolve(cwd, path.replace(/^~(?=\/|$)/, homedir()));
}

async function newestOf(
  { installed, oci }: SourceRoom,
  name: string,
  signal: AbortSignal,
): Promise<Source> {
  const locked = (await installed.locked())[name];
  if (locked === undefined) throw notInstalled(name);
  const source = withoutVersion(parseSource(locked.source));
  return source.kind === "oci" ? newestTag(oci, source, signal) : source;
}

export function notInstalled(name: string): PackageError {
  return new PackageError("not-found", `No driver ${name} is installed.`, {
    hint: "See `gantry drivers list`; `gantry drivers search` finds some to install.",
  });
}
