import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PackageError } from "@gantry/driver-package";
import {
  type FetchWorld,
  NpmRegistry,
  PackageStore,
  readNpmSettings,
} from "@gantry/driver-sources";
import { ConfigFile } from "../endpoints/config-file.ts";
import type { Home } from "../home.ts";
import { Turns } from "../operations/turns.ts";
import { registryClient } from "../registry/registry-client.ts";
import { Approvals } from "./approvals.ts";
import type { DriverRoom, UserEnvironment } from "./driver-room.ts";
import { InstalledPackages } from "./installed-packages.ts";
import { RevocationWatch } from "./revocation-watch.ts";
import { ShippedDrivers } from "./shipped-drivers.ts";

export interface DriversOptions {
  /** Directory of the driver packages that come with Gantry. */
  readonly shippedDir: string;
  /** The daemon's own, for what it asks on its own behalf. */
  readonly environment: UserEnvironment;
}

/** Opens the driver packages of a home. Starts nothing and asks nobody. */
export async function openDrivers(
  home: Home,
  { shippedDir, environment }: DriversOptions,
): Promise<DriverRoom> {
  const config = new ConfigFile(home.config);
  const store = await PackageStore.open(home.packages);
  const at = (name: string): string => join(home.packages, name);
  const revocations = new RevocationWatch({
    cache: at("revocations.json"),
    oci: registryClient(environment),
    config: async () => (await config.read()).config.revocations,
    now: () => Date.now(),
  });
  const approvals = new Approvals({ file: at("approvals.json"), key: home.key });
  const lock = home.driverLock;
  const installed = new InstalledPackages({ lock, store, approvals, revocations });
  await collect(store, installed);
  const shipped = new ShippedDrivers(shippedDir);
  const world = async (env: UserEnvironment, signal: AbortSignal): Promise<FetchWorld> => ({
    store,
    npm: async () => new NpmRegistry(await readNpmSettings(env, signal)),
    oci: registryClient(env),
    shipped: (name) => shipped.directory(name),
    ...(await trustRootOf(config)),
  });
  return { store, installed, revocations, shipped, turns: new Turns(), world };
}

/** Content that no lock file of this home names stays for a while: an update may be taken back. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

async function collect(store: PackageStore, installed: InstalledPackages): Promise<void> {
  // A lock file that cannot be read says nothing of what is needed.
  const locked = await installed.locked().catch(() => undefined);
  if (locked === undefined) return;
  const needed = Object.values(locked).flatMap(({ sha512 }) => sha512 ?? []);
  await store.collect(needed, Date.now() - KEEP_MS);
}

/** Whose statements about origins count, where it is not sigstore's public instance. */
async function trustRootOf(config: ConfigFile): Promise<{ trustRoot?: unknown }> {
  const path = (await config.read()).config.trustedRoot;
  if (path === undefined) return {};
  try {
    return { trustRoot: JSON.parse(await readFile(path, "utf8")) };
  } catch (cause) {
    throw new PackageError("provenance-invalid", `The trusted root ${path} cannot be read.`, {
      hint: "Correct trustedRoot in config.yaml: the JSON of a sigstore trusted root.",
      cause,
    });
  }
}
