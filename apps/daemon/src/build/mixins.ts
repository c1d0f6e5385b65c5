import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "@gantry/manifest";
import { runCommand } from "@gantry/process";
import type { WorkEvent } from "@gantry/reports";
import { satisfies, valid } from "semver";
import { stringify } from "yaml";
import { Fault } from "../fault.ts";

/** A mixin that is not built in, as installed on this machine. */
export interface MixinFiles {
  readonly name: string;
  /** Directory with the client executable `NAME` and `runtimes/NAME-runtime`. */
  readonly dir: string;
  readonly digest: string;
}

/** What running mixins needs. */
export interface MixinOptions {
  /** The environment that a mixin sees. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** The exec mixin is part of the run tool. */
const BUILT_IN = new Set(["exec"]);
/** Milliseconds that a mixin's `build` may take. */
const BUILD_MS = 120_000;

/** Finds the mixins that the manifest declares. Throws `not-found` for one that is not installed. */
export async function findMixins(
  manifest: Manifest,
  dirs: readonly string[],
): Promise<MixinFiles[]> {
  const wanted = manifest.mixins.filter(({ name }) => !BUILT_IN.has(name));
  return Promise.all(wanted.map(({ name }) => findMixin(name, dirs)));
}

/** Versions of all mixins, for the bundle's stamp; throws when one does not satisfy its constraint. */
export async function mixinVersions(
  manifest: Manifest,
  found: readonly MixinFiles[],
  options: MixinOptions & { readonly version: string },
): Promise<Record<string, { version: string }>> {
  const entries = manifest.mixins.map(async ({ name, constraint }) => {
    const mixin = found.find((one) => one.name === name);
    const version = mixin === undefined ? options.version : await versionOf(mixin, options);
    if (constraint !== undefined && !satisfies(version.replace(/^v/, ""), constraint)) {
      throw new Fault(
        "manifest-invalid",
        `Mixin ${name} is ${version}, but the manifest asks for ${constraint}.`,
        {
          hint: `Install a version of ${name} that fits, or change the constraint in ${manifest.path}.`,
        },
      );
    }
    return [name, { version }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

interface MixinLinesOptions extends MixinOptions {
  /** The bundle's directory. */
  readonly dir: string;
  report(event: WorkEvent): Promise<void>;
}

/** The Dockerfile lines of every mixin, in the order of the manifest. All run at once; each must succeed. */
export async function mixinLines(
  manifest: Manifest,
  found: readonly MixinFiles[],
  options: MixinLinesOptions,
): Promise<string[]> {
  const all = manifest.mixins.map(async ({ name, config }) => {
    const mixin = found.find((one) => one.name === name);
    return mixin === undefined
      ? ""
      : buildLines(mixin, buildInput(manifest, name, config), options);
  });
  return (await Promise.all(all))
    .flatMap((text) => text.split("\n"))
    .filter((line) => line.trim() !== "");
}

/** What a mixin's `build` reads: its configuration and its own steps of every action. */
function buildInput(manifest: Manifest, name: string, config: unknown): string {
  const actions = [...manifest.actions].map(([action, steps]) => {
    const own = steps.filter(({ mixin }) => mixin === name);
    return [
      action,
      own.map(({ input, description }) => ({
        [name]: description === undefined ? input : { description, ...input },
      })),
    ];
  });
  return stringify({
    ...(config === undefined ? {} : { config }),
    actions: Object.fromEntries(actions),
  });
}

async function buildLines(
  mixin: MixinFiles,
  input: string,
  { dir, environment, signal, report }: MixinLinesOptions,
): Promise<string> {
  const result = await runCommand(join(mixin.dir, mixin.name), ["build"], {
    cwd: dir,
    env: { ...environment, LANG: "C.UTF-8" },
    input,
    signal: AbortSignal.any([signal, AbortSignal.timeout(BUILD_MS)]),
  });
  if (result.stderr !== "") await report({ kind: "log", stream: "stderr", text: result.stderr });
  if (result.exit.code === 0) return result.stdout.toString("utf8");
  throw new Fault(
    "build-failed",
    `Mixin ${mixin.name} could not prepare the build (exit code ${result.exit.code ?? result.exit.signal}).`,
    {
      hint:
        result.stderr.trim().split("\n").at(-1) ||
        `Run ${join(mixin.dir, mixin.name)} build by hand.`,
    },
  );
}

async function versionOf(
  mixin: MixinFiles,
  { environment, signal }: MixinOptions,
): Promise<string> {
  const { stdout } = await runCommand(
    join(mixin.dir, mixin.name),
    ["version", "--output", "json"],
    {
      env: { ...environment, LANG: "C.UTF-8" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    },
  );
  const version = readVersion(stdout.toString("utf8"));
  return version ?? "0.0.0";
}

function readVersion(text: string): string | undefined {
  try {
    const document = JSON.parse(text) as unknown;
    if (typeof document !== "object" || document === null || !("version" in document))
      return undefined;
    return valid(String(document.version)) === null ? undefined : String(document.version);
  } catch {
    return undefined;
  }
}

async function findMixin(name: string, dirs: readonly string[]): Promise<MixinFiles> {
  for (const parent of dirs) {
    const dir = join(parent, name);
    const client = await stat(join(dir, name)).catch(() => undefined);
    if (client?.isFile() === true) return { name, dir, digest: await digestDir(dir) };
  }
  throw new Fault("not-found", `Mixin ${name} is not installed.`, {
    hint: `Put its files into ${join(dirs[0] ?? "", name)}: the client ${name} and runtimes/${name}-runtime.`,
  });
}

async function digestDir(dir: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted())
    hash.update(file.slice(dir.length)).update(await readFile(file));
  return hash.digest("hex");
}
