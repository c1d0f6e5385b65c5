import { join } from "node:path";
import {
  type DriverManifest,
  isCovered,
  type LockedDriver,
  type LockedDrivers,
  MANIFEST_FILE,
  PackageError,
  parseSource,
  powerLines,
  together,
  widening,
} from "@gantry/driver-package";
import { manifestIn, type PackageStore } from "@gantry/driver-sources";
import type { InstalledDriver, InstalledDrivers } from "../endpoints/installed-driver.ts";
import { Fault } from "../fault.ts";
import type { Approvals } from "./approvals.ts";
import { readLock, writeLock } from "./lock-store.ts";
import { ParsedFile } from "./parsed-file.ts";
import type { RevocationWatch } from "./revocation-watch.ts";

/** A driver of the lock file, usable or not. */
export interface InstalledRecord {
  readonly name: string;
  readonly locked: LockedDriver;
  /** Absent when its content is gone or damaged. */
  readonly manifest: DriverManifest | undefined;
  readonly directory: string;
  /** Why it may not be started. */
  readonly refused: PackageError | undefined;
}

export interface InstalledOptions {
  /** The home's lock file. */
  readonly lock: string;
  readonly store: PackageStore;
  readonly approvals: Approvals;
  readonly revocations: RevocationWatch;
}

/** The drivers of a home by its `gantry.lock`, read anew each time. Starts nothing. */
export class InstalledPackages implements InstalledDrivers {
  readonly #options: InstalledOptions;
  readonly #lock: ParsedFile<LockedDrivers>;
  readonly #manifests = new Map<string, ParsedFile<DriverManifest | undefined>>();

  constructor(options: InstalledOptions) {
    this.#options = options;
    this.#lock = new ParsedFile(options.lock, readLock);
  }

  /** All whose manifest can be read; whether one may be started, `find` says. */
  async list(): Promise<readonly InstalledDriver[]> {
    return (await this.records()).flatMap(toDriver);
  }

  /** Throws why it may not be started: `driver-revoked`, `driver-tampered`, `lock-invalid`, `driver-unconfirmed`. */
  async find(name: string): Promise<InstalledDriver | undefined> {
    const locked = (await this.locked())[name];
    if (locked === undefined) return undefined;
    void this.#options.revocations.refreshMeanwhile();
    const record = await this.#record(name, locked);
    if (record.refused !== undefined) throw toFault(record.refused);
    return toDriver(record)[0];
  }

  /** All of them, with what is known against each. */
  async records(): Promise<readonly InstalledRecord[]> {
    const entries = Object.entries(await this.locked());
    return Promise.all(entries.map(([name, locked]) => this.#record(name, locked)));
  }

  /** What the lock file says. Throws `lock-invalid`. */
  async locked(): Promise<LockedDrivers> {
    try {
      return await this.#lock.value();
    } catch (error) {
      throw error instanceof PackageError ? toFault(error) : error;
    }
  }

  /** Writes what the operator has approved, in one step. */
  async replace(drivers: LockedDrivers): Promise<void> {
    const { approvals, lock } = this.#options;
    await approvals.approve(drivers, () => writeLock(lock, drivers));
  }

  async #record(name: string, locked: LockedDriver): Promise<InstalledRecord> {
    const directory = this.#directoryOf(locked);
    const found = { name, locked, directory };
    try {
      const manifest = await this.#manifestOf(directory, name);
      const refused = await this.#refusal(name, locked, manifest);
      return { ...found, manifest, refused };
    } catch (error) {
      if (error instanceof PackageError) return { ...found, manifest: undefined, refused: error };
      throw error;
    }
  }

  async #manifestOf(directory: string, name: string): Promise<DriverManifest> {
    const path = join(directory, MANIFEST_FILE);
    const file = this.#manifests.get(path) ?? new ParsedFile(path, () => manifestIn(directory));
    this.#manifests.set(path, file);
    const found = await file.value();
    if (found !== undefined) return found;
    throw new PackageError("driver-tampered", `The content of the driver ${name} is gone.`, {
      hint: "Install it again with `gantry drivers install`.",
    });
  }

  #directoryOf({ source, sha512 }: LockedDriver): string {
    if (sha512 !== undefined) return this.#options.store.directoryOf(sha512);
    const parsed = parseSource(source);
    return parsed.kind === "link" ? parsed.path : "";
  }

  async #refusal(
    name: string,
    locked: LockedDriver,
    manifest: DriverManifest,
  ): Promise<PackageError | undefined> {
    try {
      checkAgainst(name, locked, manifest);
      await this.#options.approvals.check(name, locked);
      await this.#options.revocations.check({ name, ...locked });
      return undefined;
    } catch (error) {
      if (error instanceof PackageError) return error;
      throw error;
    }
  }
}

/** What a lock file says has to fit what the package says of itself. Throws `lock-differs` or `driver-unconfirmed`. */
export function checkAgainst(name: string, locked: LockedDriver, manifest: DriverManifest): void {
  const isLinked = locked.sha512 === undefined;
  if (manifest.name !== name || (!isLinked && manifest.version !== locked.version)) {
    const message = `gantry.lock says ${name} ${locked.version}, its content is ${manifest.name} ${manifest.version}.`;
    throw new PackageError("lock-differs", message, {
      hint: "Take gantry.lock back from version control, or install the driver again.",
    });
  }
  const whole = together(manifest.powers, manifest.optionalPowers);
  if (isLinked || isCovered(whole, locked.granted)) return;
  const wider = powerLines(widening(whole, locked.granted)).join("; ");
  const message = `gantry.lock grants ${name} more than it asks for: ${wider}.`;
  throw new PackageError("driver-unconfirmed", message, {
    hint: "Take gantry.lock back from version control, or install the driver again.",
  });
}

/** In the daemon's own words: whoever picks an endpoint passes over one that is refused. */
function toFault({ code, message, hint, details, place }: PackageError): Fault {
  return new Fault(code, message, { hint, details, place });
}

function toDriver({ locked, manifest, directory }: InstalledRecord): InstalledDriver[] {
  if (manifest === undefined) return [];
  const { sha512 = "", source, granted } = locked;
  return [{ manifest, directory, sha512, granted, source, linked: locked.sha512 === undefined }];
}
