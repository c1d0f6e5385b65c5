import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineUnavailableError } from "../errors.ts";
import { Home } from "../machine/home.ts";
import { newerPackages } from "../machine/newer-packages.ts";
import { startDocker } from "./docker.ts";

/** The buildx plugin, and a Docker Engine of our own that is new enough for all that buildx can do. */
export interface Buildx extends AsyncDisposable {
  /** The plugin's program. */
  readonly program: string;
  /** For `DOCKER_HOST`: the engine keeps its images in containerd's store. */
  readonly host: string;
}

/** The plugin is in no release before; its programs run with the libraries of the one before. */
const NEWER = { suite: "trixie", packages: ["docker-buildx", "docker.io", "containerd"] };

/** Images in containerd's store, without which an engine exports no OCI layout and holds one platform only. */
const ENGINE_SETTINGS = { features: { "containerd-snapshotter": true } };

/** Fetches the plugin and starts an engine beside the one that the machine's own release has. */
export async function startBuildx(signal: AbortSignal): Promise<Buildx> {
  if (process.getuid?.() !== 0) throw new EngineUnavailableError("not root");
  await using undo = new AsyncDisposableStack();
  const root = await newerPackages(NEWER, signal);
  const program = join(root, "usr/libexec/docker/cli-plugins/docker-buildx");
  if (!existsSync(program)) throw new EngineUnavailableError(`${NEWER.suite} has no buildx plugin`);
  const home = undo.use(await Home.open(signal));
  const configFile = home.path("daemon.json");
  await writeFile(configFile, JSON.stringify(ENGINE_SETTINGS));
  const folders = ["usr/bin", "usr/sbin"].map((folder) => join(root, folder));
  const { host } = undo.use(await startDocker(home, signal, { folders, configFile }));
  const started = undo.move();
  return { program, host, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
