import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { DockerApi } from "./docker-api.ts";
import { EngineUnavailableError } from "../errors.ts";
import { type Home, lock } from "../machine/home.ts";
import { strayNetwork } from "../machine/host.ts";
import { Server } from "../machine/server.ts";
import { runTool, toolEnv } from "../machine/tool.ts";

/** A private Podman: a folder of configuration that makes the podman program use it, and its service. */
export interface Podman extends AsyncDisposable {
  /** Docker's protocol, spoken by Podman. */
  readonly host: string;
  /** The folder with `containers.conf`, `storage.conf` and `registries.conf`. */
  readonly config: string;
  /** Runs podman to its end. */
  run(args: readonly string[], signal: AbortSignal): Promise<void>;
}

/**
 * Works also where cgroups are of the hybrid kind, open files are limited and nobody runs systemd. Containers share
 * the host's network unless they ask for their own: bridges and rules of Podman's would outlive it. Locks are files,
 * because those in shared memory are one set for all Podmans of a user.
 */
const containersConf = (dir: string): string => `[containers]
default_ulimits = []
netns = "host"
[network]
network_backend = "netavark"
network_config_dir = "${dir}/networks"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
lock_type = "file"
tmp_dir = "${dir}/tmp"
`;

const storageConf = (dir: string): string => `[storage]
driver = "overlay"
graphroot = "${dir}/storage"
runroot = "${dir}/run"
`;

const REGISTRIES_CONF = `[[registry]]
location = "127.0.0.1"
insecure = true
`;

/** Where every Podman leaves empty folders, whatever it is told. */
const SHARED_FOLDERS = ["/run/containers", "/run/libpod", "/run/runc", "/run/netns"];

/**
 * Runs the service until it is asked to stop, then removes what it holds: containers outlive every command of
 * Podman's, and so do the mounts of its storage. $1 is its folder.
 */
const KEEPER = `
dir=$1
shift
# Monitors of containers leave files where the service was started.
cd "$dir"
"$@" &
service=$!
clear_away() {
  kill -TERM $service 2>/dev/null
  wait $service
  podman rm --all --force --volumes --time 0 >/dev/null
  awk -v dir="$dir/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
    while read -r mount; do umount -l "$mount"; done
  exit 0
}
trap clear_away TERM
wait $service
clear_away
`;

async function prepareHost(home: Home, signal: AbortSignal): Promise<void> {
  await using held = new AsyncDisposableStack();
  held.use(await lock("host", signal));
  const restore = await strayNetwork("podman0", "NETAVARK");
  const folders = SHARED_FOLDERS.filter((path) => !existsSync(path));
  const left = folders.map((path) => ({ kind: "folder", path }) as const);
  home.willChange({ controlGroups: ["libpod_parent"], restore: [...restore, ...left] });
}

async function configure(dir: string): Promise<NodeJS.ProcessEnv> {
  await mkdir(dir);
  await writeFile(`${dir}/containers.conf`, containersConf(dir));
  await writeFile(`${dir}/storage.conf`, storageConf(dir));
  await writeFile(`${dir}/registries.conf`, REGISTRIES_CONF);
  return toolEnv({
    CONTAINERS_CONF: `${dir}/containers.conf`,
    CONTAINERS_STORAGE_CONF: `${dir}/storage.conf`,
    CONTAINERS_REGISTRIES_CONF: `${dir}/registries.conf`,
  });
}

/** Starts a private Podman that keeps its images and containers in `home`. */
export async function startPodman(home: Home, signal: AbortSignal): Promise<Podman> {
  if (process.getuid?.() !== 0) throw new EngineUnavailableError("not root");
  await using undo = new AsyncDisposableStack();
  const config = home.path("podman");
  const env = await configure(config);
  await prepareHost(home, signal);
  const socket = home.path("podman.sock");
  const service = ["podman", "system", "service", "--time=0", `unix://${socket}`];
  const argv = ["sh", "-c", KEEPER, "sh", config, ...service];
  const server = undo.use(new Server({ argv, logFile: home.path("podman.log"), env }));
  home.track(server.pid);
  const api = new DockerApi(socket);
  await server.waitFor(() => api.answers(signal), { signal, timeoutMs: 30_000 });
  const started = undo.move();
  return {
    host: `unix://${socket}`,
    config,
    run: async (args, until) => void (await runTool(["podman", ...args], { env, signal: until })),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
