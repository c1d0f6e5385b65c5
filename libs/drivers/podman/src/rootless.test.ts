import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { engine } from "../../../../tools/engines/require.ts";

const NOBODY = 65_534;
const PROGRAM = join(import.meta.dirname, "testing/verify.ts");
/** What an ordinary user's Podman does in another way than root's. */
const CASES = [
  "build.trivial",
  "build.log",
  "build.canceled",
  "images.round-trip",
  "run.environment",
  "run.files",
  "run.directories",
  "run.outputs",
  "run.recover",
  "run.remove-running",
];

const DROP = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

const podman = engine("podman");
const why = podman.available ? whyNot() : podman.reason;
if (why !== undefined) process.stderr.write(`podman as an ordinary user: skipped: ${why}\n`);

/** Why nothing can be run as another user with subordinate ids here. */
function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can become another user";
  const needed = ["/usr/bin/newuidmap", "/usr/bin/setpriv", "/etc/subuid", "/etc/subgid"];
  const missing = needed.find((file) => !existsSync(file));
  if (missing !== undefined) return `there is no ${missing}`;
  const looking = ["-e", "require('node:fs').readFileSync(process.argv[1])", PROGRAM];
  const look = spawnSync("setpriv", [...DROP, process.execPath, ...looking], { cwd: "/" });
  return look.status === 0 ? undefined : "another user cannot read this checkout";
}

/** A range of ids for the user in a mount namespace, so that the machine's own files stay as they are. */
const WITH_RANGE =
  'mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid && mount --make-rshared / && exec "$@"';
/** The user's own service, at `$0`; it ends with everything. */
const WITH_SERVICE =
  'podman system service --time=0 "unix://$0" & while [ ! -S "$0" ]; do sleep 0.1; done; exec "$@"';
/** Everything that is started ends with it, containers too. */
const APART = "unshare --mount --pid --fork --kill-child --mount-proc sh -c".split(" ");

const containersConf = `[containers]
default_ulimits = []
netns = "host"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
lock_type = "file"
`;

function storageConf(home: string): string {
  return `[storage]\ndriver = "overlay"\ngraphroot = "${home}/storage"\nrunroot = "${home}/run/storage"\n`;
}

describe.skipIf(why !== undefined)("as an ordinary user", () => {
  const dir = mkdtempSync(join(tmpdir(), "gantry-rootless-"));
  chmodSync(dir, 0o755);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  function verify(): readonly { id?: string; verdict?: string; error?: string; engine?: string }[] {
    const home = join(dir, "home");
    for (const path of [home, join(home, "run")]) {
      mkdirSync(path);
      chownSync(path, NOBODY, NOBODY);
    }
    writeFileSync(join(dir, "containers.conf"), containersConf);
    writeFileSync(join(dir, "storage.conf"), storageConf(home));
    writeFileSync(
      join(dir, "registries.conf"),
      '[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n',
    );
    writeFileSync(join(dir, "ranges"), "nobody:200000:65536\n", { mode: 0o644 });
    const socket = join(home, "podman.sock");
    const service = ["sh", "-c", WITH_SERVICE, socket];
    const driver = [process.execPath, "--conditions=@gantry/source", PROGRAM, `unix://${socket}`];
    const base = podman.available ? podman.busybox : "";
    const apart = [...APART, WITH_RANGE, join(dir, "ranges"), "setpriv", ...DROP];
    const [command = "", ...args] = [...apart, ...service, ...driver, home, base, ...CASES];
    const env = {
      PATH: process.env["PATH"],
      HOME: home,
      XDG_RUNTIME_DIR: join(home, "run"),
      CONTAINERS_CONF: join(dir, "containers.conf"),
      CONTAINERS_STORAGE_CONF: join(dir, "storage.conf"),
      CONTAINERS_REGISTRIES_CONF: join(dir, "registries.conf"),
    };
    const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8", cwd: "/", env });
    if (stderr !== "") process.stderr.write(stderr);
    return stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
  }

  it("the driver keeps its promises where Podman is rootless", { timeout: 240_000 }, () => {
    const reports = verify();

    expect(reports.find((report) => report.engine !== undefined)?.engine).toMatch(/, rootless$/u);
    const verdicts = reports.filter(({ verdict }) => verdict !== undefined);
    expect(verdicts.filter(({ verdict }) => verdict !== "passed")).toEqual([]);
    expect(new Set(verdicts.map(({ id }) => id))).toEqual(new Set(CASES));
  });
});
