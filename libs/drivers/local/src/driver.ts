import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BuildFacet, Driver, DriverContext, ImageFacet, RunFacet } from "@gantry/driver-api";
import {
  chainIds,
  ContentStore,
  dockerCredentials,
  hostPlatform,
  isOciError,
  readImage,
} from "@gantry/oci";
import type { Probe } from "@gantry/reports";
import { StoredImages } from "@gantry/stored-images";
import { CacheMounts } from "./build/cache-mounts.ts";
import { LocalBuild } from "./build/facet.ts";
import { openRoom } from "./build/open-room.ts";
import { toLocalError } from "./errors.ts";
import type { LocalOptions } from "./options.ts";
import { probeLocal } from "./probe.ts";
import { LocalRuns } from "./run/run-facet.ts";
import { openSandboxHost, type SandboxHost } from "./sandbox/host.ts";
import { Snapshots } from "./snapshots/snapshots.ts";
import { ensureUserland, USERLAND } from "./userland/userland.ts";

/** Builds and runs images with nothing but this machine's kernel. */
export class LocalDriver implements Driver {
  readonly build: BuildFacet;
  readonly run: RunFacet;
  readonly images: ImageFacet;
  readonly #context: DriverContext;
  readonly #host: () => Promise<SandboxHost>;
  readonly #store: () => Promise<ContentStore>;
  readonly #snapshots: () => Promise<Snapshots>;
  readonly #runs: LocalRuns;

  constructor(options: LocalOptions, context: DriverContext) {
    const { stateDir, contentDir } = context;
    this.#context = context;
    this.#store = once(() => ContentStore.open(contentDir));
    this.#host = once(() => openHost(stateDir));
    this.#snapshots = once(
      async () => new Snapshots({ dir: join(stateDir, "snapshots"), host: await this.#host() }),
    );
    const credentials = credentialsOf(options);
    const makers = new Map([[USERLAND, (signal: AbortSignal) => this.#makeUserland(signal)]]);
    const images = new StoredImages({
      store: this.#store,
      toError: toLocalError,
      makers,
      onRemoved: (signal) => this.#prune(signal),
      ...credentials,
    });
    this.images = images;
    this.#runs = new LocalRuns({
      dir: join(stateDir, "runs"),
      host: this.#host,
      snapshots: this.#snapshots,
      store: this.#store,
      obtainImage: (ref, signal) => images.obtain(ref, signal),
    });
    this.run = this.#runs;
    const cacheMounts = new CacheMounts(join(stateDir, "build", "cache-mounts"));
    const parts = { stateDir, host: this.#host, snapshots: this.#snapshots, cacheMounts };
    this.build = new LocalBuild({
      stateDir,
      contentDir,
      makers,
      openRoom: (store, work) => openRoom(parts, store, work),
      ...credentials,
    });
  }

  probe(signal: AbortSignal): Promise<Probe> {
    return probeLocal({ host: this.#host, stateDir: this.#context.stateDir, signal });
  }

  /** Runs go on without the driver, and nothing else is held. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async #makeUserland(signal: AbortSignal): Promise<void> {
    await ensureUserland(await this.#store(), { stateDir: this.#context.stateDir, signal });
  }

  /** Removes snapshots that neither an image of the store nor a run stands on. */
  async #prune(signal: AbortSignal): Promise<void> {
    const store = await this.#store();
    const used = await this.#runs.chainsInUse();
    for (const { descriptor } of await store.list()) {
      const image = await readImage(store, descriptor, hostPlatform()).catch((error: unknown) => {
        if (isOciError(error)) return undefined;
        throw error;
      });
      used.push(...chainIds((image?.layers ?? []).map(({ diffId }) => diffId)).slice(-1));
    }
    await (await this.#snapshots()).prune(used, signal);
  }
}

async function openHost(stateDir: string): Promise<SandboxHost> {
  await mkdir(stateDir, { recursive: true });
  return openSandboxHost(stateDir);
}

function credentialsOf({ dockerConfigDir, helperPath = "" }: LocalOptions) {
  if (dockerConfigDir === undefined) return {};
  return {
    credentials: dockerCredentials({ directory: dockerConfigDir, env: { PATH: helperPath } }),
  };
}

/** What `make` gives, made at the first call; a failure is tried again at the next. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
