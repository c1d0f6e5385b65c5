import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrokerEntry } from "@gantry/broker";
import { type Driver, launchDriver } from "@gantry/driver-api";
import { contentDigest, DriverManifest, type Powers } from "@gantry/driver-package";
import { packageDrivers } from "../../package-drivers.ts";
import { withExchange } from "../../src/supervision/exchange.ts";
import { brokeredLauncher } from "../../src/supervision/brokered-launcher.ts";
import { confinedLauncher } from "../../src/supervision/confined-launcher.ts";
import { EngineServices } from "../../src/supervision/engine-services.ts";
import { openHome } from "../../src/home.ts";
import { Store } from "../../src/store/store.ts";
import type { Prepared } from "../../src/supervision/launcher.ts";

const DRIVERS = fileURLToPath(new URL("../../../../libs/drivers", import.meta.url));

export interface ConfinedPodman {
  readonly driver: Driver;
  readonly confinement: Prepared["confinement"];
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** The Podman driver's package as it is shipped, started as the daemon starts it, under the strict policy. */
export class PodmanPackage {
  readonly audit: BrokerEntry[] = [];
  readonly manifest: DriverManifest;
  readonly #dir: string;
  readonly #directory: string;

  private constructor(dir: string, directory: string, manifest: DriverManifest) {
    this.#dir = dir;
    this.#directory = directory;
    this.manifest = manifest;
  }

  /** Packs it into `dir`. */
  static async make(dir: string): Promise<PodmanPackage> {
    await packageDrivers(DRIVERS, join(dir, "shipped"));
    const directory = join(dir, "shipped/podman");
    const text = await readFile(join(directory, "gantry-driver.json"), "utf8");
    return new PodmanPackage(dir, directory, DriverManifest.parse(JSON.parse(text)));
  }

  async start(
    environment: Readonly<Record<string, string>>,
    granted: Powers = this.manifest.powers,
  ): Promise<ConfinedPodman> {
    const home = join(this.#dir, "home");
    const [stateDir, contentDir] = [join(home, "state"), join(home, "content")];
    const exchange = join(stateDir, "exchange");
    await mkdir(exchange, { recursive: true });
    await using undo = new AsyncDisposableStack();
    const services = new EngineServices({ dir: join(this.#dir, "e"), log: () => undefined });
    undo.use(services);
    const launcher = brokeredLauncher(confinedLauncher({ home, policy: async () => "strict" }), {
      dir: join(this.#dir, "b"),
      logsDir: join(home, "engine-logs"),
      owner: "confined-test",
      images: undo.use(new Store(openHome(home))).obtainedImages,
      audit: (entry) => this.audit.push(entry),
      services,
    });
    const { command, limits } = this.manifest;
    const directory = this.#directory;
    const sha512 = await contentDigest(directory, {});
    const launch = { name: "podman", command, stateDir, contentDir, environment };
    const signal = AbortSignal.timeout(60_000);
    const origin = { driver: "podman", directory, sha512, granted, limits };
    const prepared = undo.use(await launcher.prepare({ ...launch, package: origin }, signal));
    const context = { stateDir, contentDir };
    const started = undo.use(
      await launchDriver({ ...prepared, signal, name: "podman", options: {}, context }),
    );
    const owned = undo.move();
    const dispose = (): Promise<void> => owned.disposeAsync();
    const driver = { ...withExchange(started, exchange), [Symbol.asyncDispose]: dispose };
    return { driver, confinement: prepared.confinement, [Symbol.asyncDispose]: dispose };
  }
}
