import { statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { invalidSandbox } from "../../errors.ts";
import { groupFiles } from "./file-groups.ts";
import type { SandboxHost } from "../host.ts";
import { HostMounts } from "./host-mounts.ts";
import { outsideId } from "../ids/mapping.ts";
import { commonDir, type Scratch } from "../mount-table.ts";
import {
  firstStage,
  pivot,
  placeBind,
  placeDirectory,
  placeGroup,
  placeTmpfs,
  secondStage,
  setHostname,
  setupFunctions,
  standardPoints,
} from "./setup-script.ts";
import { shellQuote } from "./quote.ts";
import type { Bind, SandboxSpec } from "../spec.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Refuses what no sandbox of this machine can do, before anything starts. */
export function checkSpec(host: SandboxHost, spec: SandboxSpec): void {
  for (const [name, value] of Object.entries(spec.env)) {
    if (!NAME.test(name) || value.includes("\0")) {
      throw invalidSandbox(
        `The environment variable ${JSON.stringify(name)} cannot be passed on.`,
        "Use letters, digits and underscores in its name, and no NUL in its value.",
      );
    }
  }
  const { user } = spec;
  if (host.mapping.kind === "single") return;
  const ids = [
    [host.mapping.uids, user.uid] as const,
    ...[user.gid, ...user.groups].map((gid) => [host.mapping.gids, gid] as const),
  ];
  for (const [ranges, id] of ids) {
    if (outsideId(ranges, id) === undefined) {
      throw invalidSandbox(
        `Id ${id} is outside of the ids that this user may hand out.`,
        "Give the user a larger range in /etc/subuid and /etc/subgid.",
      );
    }
  }
}

/** `UID:GID` as the set-up process has to write it for the sandbox's user to own a file. */
function ownerOf(host: SandboxHost, spec: SandboxSpec): string {
  return host.mapping.kind === "single" ? "0:0" : `${spec.user.uid}:${spec.user.gid}`;
}

/** The set-up up to the stage, which files can be written into after it. */
export function firstScript(
  host: SandboxHost,
  spec: SandboxSpec,
  options: { readonly scratch: Scratch; readonly table: string },
): string {
  const { scratch, table } = options;
  const baseDir = commonDir([...spec.root.lowerDirs, spec.root.upperDir, spec.root.workDir]);
  return [
    "umask 022\n",
    setupFunctions(host.tools, scratch),
    firstStage(host.tools, { table, baseDir }),
    setHostname(host, spec.hostname),
    "echo staged\n",
  ].join("");
}

/** The set-up from the staged files to the new root. */
export async function secondScript(
  host: SandboxHost,
  spec: SandboxSpec,
  etc: readonly Bind[],
): Promise<string> {
  const { tools } = host;
  const owner = ownerOf(host, spec);
  const files = spec.files ?? [];
  const mounts = await HostMounts.read();
  const binds = await Promise.all(
    [...etc, ...(spec.binds ?? [])].map((bind) => bindLine(bind, mounts)),
  );
  return [
    standardPoints(spec.network),
    files.length > 0 && host.mapping.kind === "subordinate"
      ? `${tools.chown} -R ${owner} "$S/files" || die chown\n`
      : "",
    ...groupFiles(files).map((group) => placeGroup(tools, group)),
    ...(spec.directories ?? []).map((dir) =>
      placeDirectory(tools, { ...dir, owner: dir.owner === "root" ? "0:0" : owner }),
    ),
    placeDirectory(tools, { path: spec.cwd, mode: 0o755, owner: "0:0" }),
    ...(spec.binds ?? [])
      .filter(({ give }) => give === true && owner !== "0:0")
      .map(({ source }) => giveLine(host, owner, source)),
    ...binds,
    ...(spec.tmpfs ?? []).map(({ target, mode, sizeBytes }) =>
      placeTmpfs(tools, target, tmpfsOptions(mode ?? 0o1777, sizeBytes)),
    ),
    secondStage(tools, spec.network),
    pivot(tools, { lockHost: spec.capabilities.length > 0 }),
  ].join("");
}

function giveLine({ tools }: SandboxHost, owner: string, source: string): string {
  return `${tools.chown} ${owner} -- ${shellQuote(source)} || die chown\n`;
}

function tmpfsOptions(mode: number, sizeBytes: number | undefined): string {
  return `mode=${mode.toString(8)},nosuid,nodev${sizeBytes === undefined ? "" : `,size=${sizeBytes}`}`;
}

async function bindLine(bind: Bind, mounts: HostMounts): Promise<string> {
  const source = await realpath(bind.source).catch(() => {
    throw invalidSandbox(
      `There is no ${bind.source} to mount.`,
      "Create it, or mount another path.",
    );
  });
  const deep = mounts.hasMountsBelow(source);
  if (deep && bind.readOnly) {
    throw invalidSandbox(
      `${bind.source} has other file systems mounted below it and cannot be kept read-only.`,
      "Mount the directories below it one by one.",
    );
  }
  const how = deep ? "rbind" : "bind";
  const options = bind.readOnly ? [how, "ro", ...mounts.lockedOptions(source)] : [how];
  const isDir = statSync(source).isDirectory();
  return placeBind({ source, target: bind.target, options: options.join(","), isDir });
}
