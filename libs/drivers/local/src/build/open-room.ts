import { join } from "node:path";
import type { Work } from "@gantry/driver-api";
import type { ContentStore } from "@gantry/oci";
import type { SandboxHost } from "../sandbox/host.ts";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import type { Snapshots } from "../snapshots/snapshots.ts";
import type { CacheMounts } from "./cache-mounts.ts";
import { LocalRoom, type RoomTools } from "./room.ts";
import { startWorker } from "./worker/start.ts";

/** What the builds of one driver share. */
export interface RoomParts {
  /** On the file system of the snapshots. */
  readonly stateDir: string;
  /** Opened when the first step must be carried out. */
  readonly host: () => Promise<SandboxHost>;
  readonly snapshots: () => Promise<Snapshots>;
  readonly cacheMounts: CacheMounts;
}

/** Makes the place where one build's steps are carried out. */
export function openRoom(parts: RoomParts, store: ContentStore, work: Work): LocalRoom {
  const { stateDir, host, snapshots, cacheMounts } = parts;
  const cacheDir = join(stateDir, "build", "compiled");
  const tools: RoomTools = {
    host,
    lowerDirs: async (layers, signal) => (await snapshots()).lowerDirs(store, layers, signal),
    keep: async (layers, upperDir) => (await snapshots()).keep(layers, upperDir),
    startWorker: async (signal) => startWorker(await host(), { signal, cacheDir }),
    startProgram: async (spec, options) => startSandbox(await host(), spec, options),
  };
  const workDir = join(stateDir, "build", "work");
  return new LocalRoom({ tools, cacheMounts, workDir, contentDir: store.directory, work });
}
