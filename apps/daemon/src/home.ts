import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { socketPathOf } from "@gantry/protocol";

/** Where a daemon keeps what it must remember. */
export interface Home {
  readonly dir: string;
  readonly socket: string;
  readonly lock: string;
  readonly database: string;
  readonly key: string;
  readonly config: string;
  readonly content: string;
  readonly operations: string;
  readonly outputs: string;
  readonly mixins: string;
  readonly cache: string;
  /** Bundles that were got from registries: an OCI layout of their documents. */
  readonly bundles: string;
  /** What went through brokers. */
  readonly audit: string;
  /** A directory for each run that has a filtered socket of its engine. */
  readonly brokers: string;
  /** What engines write for drivers that only read it: a directory for each driver with the logs of its runs. */
  readonly engineLogs: string;
  /** Driver packages by the digest of their content, and what is known of them. */
  readonly packages: string;
  /** The home's `gantry.lock`: which drivers are installed, and what they may do. */
  readonly driverLock: string;
  /** The state directory of one endpoint. */
  endpoint(name: string): string;
}

/** Longest path that a Unix socket may have on every system, and what comes after the directory: a run's id and a name. */
const LONGEST_SOCKET_PATH = 100;
const BELOW_BROKERS = "/01ARZ3NDEKTSV4RRFFQ69G5FAV/docker.sock".length;

/** In the home, or beside the daemon's own socket when that is elsewhere because paths are too long. */
function brokersOf(dir: string): string {
  const inside = join(dir, "brokers");
  if (Buffer.byteLength(inside) + BELOW_BROKERS <= LONGEST_SOCKET_PATH) return inside;
  const name = createHash("sha256").update(dir).digest("hex").slice(0, 16);
  return join(tmpdir(), `gantry-${userInfo().uid}`, `${name}.brokers`);
}

/** Lays out a home directory, readable by its owner alone. */
export function openHome(dir: string): Home {
  const at = (name: string): string => join(dir, name);
  const home: Home = {
    dir,
    socket: socketPathOf(dir),
    lock: at("gantryd.lock"),
    database: at("state.db"),
    key: at("key"),
    config: at("config.yaml"),
    content: at("content"),
    operations: at("operations"),
    outputs: at("outputs"),
    mixins: at("mixins"),
    cache: at("cache"),
    bundles: at("cache/bundles"),
    audit: at("audit"),
    brokers: brokersOf(dir),
    engineLogs: at("engine-logs"),
    packages: at("driver-packages"),
    driverLock: at("gantry.lock"),
    endpoint: (name) => join(dir, "drivers", name),
  };
  mkdirSync(dirname(home.brokers), { recursive: true, mode: 0o700 });
  for (const path of [dir, home.content, home.operations, home.outputs, home.cache, home.brokers]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  mkdirSync(join(home.socket, ".."), { recursive: true, mode: 0o700 });
  return home;
}
