import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { ContentStore, readImage } from "@gantry/oci";
import { openSandboxHost } from "../sandbox/host.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { Snapshots } from "../snapshots/snapshots.ts";
import { ensureUserland, USERLAND } from "../userland/userland.ts";

/** What starts programs of the userland in sandboxes that end with their starter. */
export async function attachedStarter(
  home: string,
): Promise<(argv: readonly string[]) => Promise<Sandbox>> {
  const signal = AbortSignal.timeout(20_000);
  await mkdir(home, { recursive: true });
  const host = await openSandboxHost(home);
  const store = await ContentStore.open(join(home, "content"));
  await ensureUserland(store, { stateDir: home, signal });
  const snapshots = new Snapshots({ dir: join(home, "snapshots"), host });
  const { layers } = await readImage(store, USERLAND);
  const lowerDirs = await snapshots.lowerDirs(store, layers, signal);
  return async (argv) => {
    const space = await mkdtemp(join(home, "space-"));
    const root = { lowerDirs, upperDir: join(space, "upper"), workDir: join(space, "work") };
    await mkdir(root.upperDir);
    await mkdir(root.workDir);
    const spec = {
      root,
      argv,
      env: { PATH: "/usr/bin:/bin" },
      cwd: "/",
      user: { uid: 0, gid: 0, groups: [] },
      network: "host" as const,
      hostname: "test",
      capabilities: [],
    };
    return startSandbox(host, spec, { signal });
  };
}
