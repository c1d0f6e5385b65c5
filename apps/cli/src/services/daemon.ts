import { hasEnded } from "@gantry/client";
import { formatBytes } from "@gantry/terminal-text";
import type { Given } from "../command-line/given.ts";
import { isJson, writeJson } from "../output/json.ts";
import { block } from "../output/table.ts";
import { stamp } from "../output/times.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

const NEVER_START = { mayStart: false } as const;

/** `gantry daemon status`: exit code 3 when none runs. */
export async function daemonStatus(given: Given, world: World): Promise<number> {
  const status = await withClient(
    world,
    (client) => client.request("daemon.status", {}),
    NEVER_START,
  );
  if (isJson(given)) {
    await writeJson(world, status);
    return 0;
  }
  const text = block([
    ["Version", status.version],
    ["Process", String(status.pid)],
    ["Home", status.home],
    ["Socket", status.socket],
    ["Started", stamp(status.started)],
    ["Clients", String(status.clients)],
    ["Operations", String(status.runningOperations)],
    ["Terminals", String(status.openTerminals)],
    ["Memory", formatBytes(status.memoryBytes)],
    ["CPU", `${status.cpuPercent} % of a core`],
    ["Leaves", `after ${status.idleSeconds}s without work`],
  ]);
  await write(world.stdout, text);
  return 0;
}

/** `gantry daemon stop`: returns once the daemon has ended; exit code 3 when none runs. */
export async function stopDaemon(given: Given, world: World): Promise<number> {
  const force = given.has("force");
  const pid = await withClient(
    world,
    async (client) => {
      const status = await client.request("daemon.status", {});
      await client.request("daemon.stop", { force });
      return status.pid;
    },
    NEVER_START,
  );
  const stopped = await hasEnded(pid);
  if (isJson(given)) await writeJson(world, { stopped });
  else await write(world.stderr, stopped ? "The daemon has ended.\n" : `${SLOW}\n`);
  return 0;
}

const SLOW = "The daemon has been told to end and is still busy; see `gantry daemon status`.";
