import type { FileEntry, RunFacet, RunSpec } from "@gantry/driver-api";
import { runNeeds } from "@gantry/driver-api";
import type { Image } from "@gantry/oci";
import { invalidRun, unsupportedNeed } from "../errors.ts";
import type { SandboxRoot, SandboxSpec } from "../sandbox/spec.ts";
import type { ImageUser } from "./image/user.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Ids that are also names of directories. */
export const RUN_ID = /^[0-9A-Za-z]{1,64}$/;

const HINTS: Readonly<Record<string, string>> = {
  privileged: "Run it with another driver; nothing runs privileged here.",
  "engine-socket": "Run it with a driver that has an engine, such as docker.",
  "named-network": "Use the network default, host or none.",
  "memory-limit": "Run as root or in a delegated cgroup, or take the limit away.",
  "cpu-limit": "Run as root or in a delegated cgroup, or take the limit away.",
  "pids-limit": "Run as root or in a delegated cgroup, or take the limit away.",
};

/** Refuses what cannot be done, before anything happens. */
export function checkRun(spec: RunSpec, capabilities: RunFacet["capabilities"]): void {
  if (!RUN_ID.test(spec.id)) {
    throw invalidRun(
      `${JSON.stringify(spec.id)} is no id of a run.`,
      "Use up to 64 letters and digits.",
    );
  }
  const need = runNeeds(spec).find((each) => !capabilities.features.includes(each));
  if (need !== undefined) throw unsupportedNeed(need, HINTS[need] ?? "Choose another driver.");
  if (spec.command.length === 0) throw invalidRun("There is no command to run.", "Name a program.");
  const paths = [
    ...spec.files.map(({ path }) => path),
    ...spec.mounts.map(({ target }) => target),
    spec.outputsDir,
  ];
  for (const path of paths) checkPath(path);
  for (const file of spec.files) checkVisible(file, spec);
  for (const name of spec.capabilities) checkCapability(name);
}

function checkPath(path: string): void {
  const parts = path.slice(1).split("/");
  const isClean =
    path.startsWith("/") && parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isClean || path.includes("\0")) {
    throw invalidRun(
      `${JSON.stringify(path)} is not a clean absolute path.`,
      "Begin with / and leave out `.`, `..` and empty parts.",
    );
  }
}

function checkVisible({ path }: FileEntry, spec: RunSpec): void {
  const covers = [
    ...spec.mounts.map(({ target }) => target),
    spec.outputsDir,
    "/proc",
    "/sys",
    "/dev",
  ];
  const cover = covers.find((target) => path === target || path.startsWith(`${target}/`));
  if (cover === undefined) return;
  throw invalidRun(
    `The file ${path} would be hidden by what is mounted at ${cover}.`,
    "Choose another path for it.",
  );
}

function checkCapability(name: string): void {
  if (/^CAP_[A-Z_]+$/.test(name)) return;
  throw invalidRun(`${JSON.stringify(name)} is no capability.`, "Write it as CAP_NET_ADMIN.");
}

/** What the sandbox must be for this run of that image. */
export function toSandboxSpec(
  spec: RunSpec,
  on: {
    readonly root: SandboxRoot;
    readonly image: Image;
    readonly user: ImageUser;
    readonly outputsSource: string;
  },
): SandboxSpec {
  const { image, user } = on;
  const outputs = {
    source: on.outputsSource,
    target: spec.outputsDir,
    readOnly: false,
    give: true,
  };
  return {
    root: on.root,
    argv: spec.command,
    env: environment(spec, image, user),
    cwd: workingDir(image),
    user: { uid: user.uid, gid: user.gid, groups: user.groups },
    network: spec.network === "none" ? "none" : "host",
    hostname: spec.id.slice(0, 12).toLowerCase(),
    binds: [...spec.mounts, outputs],
    files: spec.files,
    capabilities: spec.capabilities,
  };
}

function environment(spec: RunSpec, image: Image, user: ImageUser): Record<string, string> {
  const own = (image.config.config?.Env ?? []).map((entry): [string, string] => {
    const equals = entry.indexOf("=");
    return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return {
    PATH: DEFAULT_PATH,
    HOME: user.home,
    ...Object.fromEntries(own),
    ...Object.fromEntries(spec.environment.map(({ name, value }) => [name, value])),
  };
}

function workingDir(image: Image): string {
  const dir = image.config.config?.WorkingDir ?? "";
  return dir.startsWith("/") ? dir : "/";
}
