import {
  describePowers,
  type DriverManifest,
  type LockedDriver,
  type Publisher,
} from "@gantry/driver-package";
import { DRIVER_PROTOCOL } from "@gantry/driver-api";
import type { DriverPackage, InstalledPackage, PowerText } from "@gantry/protocol";
import type { DriverRoom } from "./driver-room.ts";
import type { InstalledRecord } from "./installed-packages.ts";

/** A package as clients see it. */
export function toPackage(
  manifest: DriverManifest,
  found: {
    readonly source: string;
    readonly sha512?: string | undefined;
    readonly publisher: Publisher;
    readonly notices: readonly string[];
  },
): DriverPackage {
  const { name, version, description, facets, engines, powers, optionalPowers } = manifest;
  const { source, sha512, publisher, notices } = found;
  return {
    name,
    version,
    description,
    source,
    ...(sha512 === undefined ? {} : { sha512 }),
    publisher,
    facets: [...facets],
    engines: [...engines],
    protocol: DRIVER_PROTOCOL,
    asks: powersOf(powers),
    optional: powersOf(optionalPowers),
    isLinked: sha512 === undefined,
    notices: [...notices],
  };
}

export function powersOf(powers: DriverManifest["powers"]): PowerText[] {
  return describePowers(powers).map((words) => ({ ...words }));
}

/** An installed driver with what is known against it; one whose content is gone is shown by what the lock file says. */
export async function toInstalled(
  { revocations }: DriverRoom,
  { name, locked, manifest, refused }: InstalledRecord,
): Promise<InstalledPackage> {
  const { notices } = await revocations.announce({ name, ...locked });
  const shown =
    manifest === undefined ? fromLock(name, locked) : toPackage(manifest, { ...locked, notices });
  const { code, message, hint } = refused ?? {};
  return {
    ...shown,
    notices: [...notices],
    granted: powersOf(locked.granted),
    ...(code === undefined ? {} : { refused: { code, message: message ?? "", hint: hint ?? "" } }),
  };
}

function fromLock(name: string, locked: LockedDriver): DriverPackage {
  const { version, source, sha512, publisher, protocol } = locked;
  return {
    name,
    version,
    description: "",
    source,
    ...(sha512 === undefined ? {} : { sha512 }),
    publisher,
    facets: [],
    engines: [],
    protocol,
    asks: [],
    optional: [],
    isLinked: sha512 === undefined,
    notices: [],
  };
}
