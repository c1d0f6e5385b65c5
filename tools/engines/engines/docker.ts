import { delimiter } from "node:path";
import { DockerApi } from "./docker-api.ts";
import { EngineUnavailableError } from "../errors.ts";
import { type Home, lock } from "../machine/home.ts";
import {
  forwardingChange,
  freeSubnet,
  hideFolders,
  makeBridge,
  outgoingMtu,
} from "../machine/host.ts";
import { Server } from "../machine/server.ts";
import { toolEnv } from "../machine/tool.ts";

/** A running Docker Engine of our own. `host` is for `DOCKER_HOST`. */
export interface Docker extends AsyncDisposable {
  readonly host: string;
  readonly api: DockerApi;
  /** Whether containers have a network of their own with a way out; without, only the host's and none. */
  readonly hasBridge: boolean;
}

/** Another engine than the machine's own. */
export interface DockerPrograms {
  /** Folders with its programs, before those of PATH. */
  readonly folders: readonly string[];
  /** Its `daemon.json`. */
  readonly configFile: string;
}

/** Where every engine keeps sockets and keys, whatever folders it is given. */
const SHARED_FOLDERS = ["/run/docker", "/run/containerd", "/etc/docker"];

/** Gives the engine a bridge of its own, and says whether that worked and what to run before the engine. */
async function prepareHost(
  home: Home,
  signal: AbortSignal,
): Promise<{ hasBridge: boolean; prelude: string }> {
  await using held = new AsyncDisposableStack();
  held.use(await lock("host", signal));
  const prelude = await hideFolders(SHARED_FOLDERS, (changes) => home.willChange(changes));
  const subnet = freeSubnet();
  const restore = await forwardingChange();
  home.willChange({ subnet, controlGroups: [home.name], restore });
  const made = makeBridge(home.name, subnet);
  const hasBridge = await made.then(
    () => true,
    () => false,
  );
  return { hasBridge, prelude };
}

async function argvOf(home: Home, host: string, hasBridge: boolean): Promise<readonly string[]> {
  return [
    "dockerd",
    `--data-root=${home.path("data")}`,
    `--exec-root=${home.path("exec")}`,
    `--pidfile=${home.path("docker.pid")}`,
    `--host=${host}`,
    `--bridge=${hasBridge ? home.name : "none"}`,
    `--mtu=${await outgoingMtu()}`,
    // The rules are made here, marked as ours: the engine's own would replace those of another engine.
    "--iptables=false",
    "--ip6tables=false",
    "--exec-opt=native.cgroupdriver=cgroupfs",
    `--cgroup-parent=${home.name}`,
  ];
}

/**
 * Starts a private Docker Engine that keeps its state in `home`.
 * It runs in mount and pid namespaces of its own, so that nothing which it started or mounted outlives it.
 */
export async function startDocker(
  home: Home,
  signal: AbortSignal,
  programs?: DockerPrograms,
): Promise<Docker> {
  if (process.getuid?.() !== 0) throw new EngineUnavailableError("not root");
  await using undo = new AsyncDisposableStack();
  const { hasBridge, prelude } = await prepareHost(home, signal);
  const socket = home.path("docker.sock");
  const settings = programs === undefined ? [] : [`--config-file=${programs.configFile}`];
  const path = [...(programs?.folders ?? []), toolEnv()["PATH"]].join(delimiter);
  const server = undo.use(
    new Server({
      argv: [...(await argvOf(home, `unix://${socket}`, hasBridge)), ...settings],
      env: toolEnv({ PATH: path }),
      prelude,
      isolated: true,
      logFile: home.path("docker.log"),
    }),
  );
  home.track(server.pid);
  const api = new DockerApi(socket);
  await server.waitFor(() => api.answers(signal), { signal, timeoutMs: 60_000 });
  // One that cannot be asked any more is stopped all the same.
  undo.defer(() => api.removeAll(AbortSignal.timeout(20_000)).catch(() => undefined));
  const started = undo.move();
  return {
    host: `unix://${socket}`,
    api,
    hasBridge,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
