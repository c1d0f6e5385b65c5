import { existsSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { Client, type DaemonProgram } from "@gantry/client";
import { ENGINE_VARIABLES, homeOf } from "@gantry/protocol/light";
import type { World } from "./world.ts";

/** What a daemon gets of the environment: it outlives the shell that started it, so secrets of that shell stay out. */
const PASSED =
  /^(HOME|PATH|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|XDG_\w+|GANTRY_\w+|PORTER_HOME|DOCKER_\w+|BUILDX_\w+|CONTAINERS?_\w+|KUBECONFIG|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS|(?:https?|no|all)_proxy)$/i;

export interface ConnectChoice {
  /** Start a daemon when none runs. */
  readonly mayStart: boolean;
  readonly signal?: AbortSignal;
  /** What the daemon calls this program. Default `gantry`. */
  readonly as?: string;
}

/** A connection to the daemon of this user's home. Throws `DaemonError`. */
export function connect(world: World, choice: ConnectChoice): Promise<Client> {
  return connectTo(homeOf(world.env), world, choice);
}

/** A connection to the daemon of any home. Throws `DaemonError`. */
export function connectTo(
  home: string,
  world: World,
  { mayStart, signal, as = "gantry" }: ConnectChoice,
): Promise<Client> {
  return Client.connect({
    home,
    client: { name: as, version: world.version, pid: process.pid, ...userOf(world.env) },
    environment: pick(world.env, isForEngines),
    ...(mayStart ? { program: daemonProgram(world, home) } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** What chooses an engine, and what sets options of endpoints. */
function isForEngines(name: string): boolean {
  return ENGINE_VARIABLES.includes(name) || name.startsWith("GANTRY_ENDPOINT_");
}

function userOf({ USER, LOGNAME }: World["env"]): { readonly user?: string } {
  const user = USER ?? LOGNAME;
  return user === undefined ? {} : { user };
}

function daemonProgram({ entry, env }: World, home: string): DaemonProgram {
  const room = resolve(dirname(entry), "../../daemon");
  const bundled = join(room, "bundle/gantryd.js");
  const isSource = extname(entry) === ".ts" || !existsSync(bundled);
  return {
    command: process.execPath,
    args: isSource ? ["--conditions=@gantry/source", join(room, "src/main.ts")] : [bundled],
    ...(isSource ? {} : { file: bundled }),
    env: { ...pick(env, (name) => PASSED.test(name)), GANTRY_HOME: home },
  };
}

function pick(env: World["env"], isWanted: (name: string) => boolean): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && isWanted(name)) picked[name] = value;
  }
  return picked;
}
