import { access, constants, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DriverError } from "@gantry/driver-api";
import { TempDir } from "@gantry/process";
import type { Probe, Problem } from "@gantry/reports";
import type { SandboxHost } from "./sandbox/host.ts";
import { startMapped } from "./sandbox/mapped.ts";

/** How this machine is: makes a user namespace and an overlay for real. */
export async function probeLocal(options: {
  readonly host: () => Promise<SandboxHost>;
  readonly stateDir: string;
  readonly signal: AbortSignal;
}): Promise<Probe> {
  try {
    const host = await options.host();
    const problem = await tryOverlay(host, options.stateDir, options.signal);
    if (problem !== undefined) return { state: "unavailable", engine: ENGINE, problems: [problem] };
    const limits = singleIdProblem(host);
    return limits === undefined
      ? { state: "ready", engine: ENGINE, problems: [] }
      : { state: "degraded", engine: ENGINE, problems: [limits] };
  } catch (error) {
    if (!(error instanceof DriverError) || error.code === "canceled") throw error;
    return {
      state: "unavailable",
      engine: ENGINE,
      problems: [{ text: error.message, fix: error.hint }],
    };
  }
}

const ENGINE = "Linux namespaces";

function singleIdProblem(host: SandboxHost): Problem | undefined {
  if (host.mapping.kind !== "single") return undefined;
  return {
    text: "This user has one id only: every file of an image belongs to it, and owners cannot be kept.",
    fix: "Install newuidmap (apt-get install uidmap) and give the user a range in /etc/subuid and /etc/subgid (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER).",
  };
}

/** Mounts an overlay in namespaces of its own where the snapshots are; says what is wrong when that fails. */
async function tryOverlay(
  host: SandboxHost,
  stateDir: string,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  await access(stateDir, constants.W_OK);
  await using scratch = await TempDir.create("probe-", host.dir);
  const dirs = ["lower", "upper", "work", "merged"].map((name) => join(scratch.path, name));
  for (const dir of dirs) await mkdir(dir);
  const script = `cd "$0" && ${host.tools.mount} -t overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr overlay merged && : >merged/file`;
  await using child = await startMapped(host, [host.tools.sh, "-c", script, scratch.path], {
    signal,
    env: { LIBMOUNT_FORCE_MOUNT2: "always" },
  });
  let said = "";
  for await (const chunk of child.stderr) said = (said + String(chunk)).slice(-500);
  if ((await child.exit).code === 0) return undefined;
  return {
    text: `An overlay cannot be mounted at ${stateDir}: ${said.trim().split("\n")[0] ?? ""}`,
    fix: "Put GANTRY_HOME on a local file system such as ext4, xfs or btrfs, on Linux 5.11 or later.",
  };
}
