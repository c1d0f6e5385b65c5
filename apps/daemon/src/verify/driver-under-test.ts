import type { DriverManifest, Powers } from "@gantry/driver-package";
import type { Launcher, Prepared } from "../supervision/launcher.ts";
import { ordinaryProgram, readManifestIn } from "./driver-program.ts";

/** How a driver under test is started. */
export interface WayToStart {
  /** As the daemon starts installed drivers; absent: as an ordinary process. */
  readonly launcher: Launcher | undefined;
  /** Whose what it makes in an engine is: nobody else's, since an installed driver may have its name. */
  readonly owner: string;
  /** The operator's. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it was granted, and what its content has to be; absent for a directory: what it asks for. */
  readonly installed: { readonly granted: Powers; readonly sha512?: string } | undefined;
}

interface Place extends WayToStart {
  readonly stateDir: string;
  readonly contentDir: string;
}

/** A driver package that is put to the test, and how its process comes to be. */
export class DriverUnderTest {
  readonly manifest: DriverManifest;
  readonly #dir: string;
  readonly #place: Place;
  #found: Prepared["confinement"] = { state: "unconfined", missing: [] };

  private constructor(manifest: DriverManifest, dir: string, place: Place) {
    this.manifest = manifest;
    this.#dir = dir;
    this.#place = place;
  }

  /** Throws `not-found` or `config-invalid`, with the file. */
  static async read(dir: string, place: Place): Promise<DriverUnderTest> {
    return new DriverUnderTest(await readManifestIn(dir), dir, place);
  }

  /** How it was started last. */
  get confinement(): { confinement: "confined" | "unconfined"; weaker: string[] } {
    return { confinement: this.#found.state, weaker: [...this.#found.missing] };
  }

  /** Whether it has no other user's id to give to a program. */
  get hasOneId(): boolean {
    const { granted = this.manifest.powers } = this.#place.installed ?? {};
    const isStranger = this.#found.state === "confined" && granted.subprocesses.includes("*");
    return process.geteuid?.() !== 0 || isStranger;
  }

  /** What is to be started once. */
  async prepare(): Promise<Prepared> {
    const { launcher } = this.#place;
    const path = this.#place.environment["PATH"] ?? "";
    const prepared = await (launcher === undefined
      ? ordinaryProgram(this.#dir, this.manifest, path)
      : this.#prepareWith(launcher));
    this.#found = prepared.confinement;
    return prepared;
  }

  #prepareWith(launcher: Launcher): Promise<Prepared> {
    const { stateDir, contentDir, environment, installed, owner } = this.#place;
    const { name, command, powers, limits } = this.manifest;
    const { granted = powers, sha512 } = installed ?? {};
    const origin = { driver: name, directory: this.#dir, sha512, granted, limits };
    const request = { name, owner, command, stateDir, contentDir, environment, package: origin };
    return launcher.prepare(request, AbortSignal.timeout(START_MS));
  }
}

const START_MS = 30_000;
