import { createHash } from "node:crypto";
import { createReadStream, type BigIntStats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";
import type { Builds } from "../store/builds.ts";

/** One file of the build context. */
export interface ContextFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  /** Changes exactly when content, type or executable bits change. */
  readonly digest: string;
  /** It has an executable bit, or is a link. */
  readonly isProgram: boolean;
}

export interface ContextOptions {
  readonly dir: string;
  readonly ignore: string;
  readonly builds: Builds;
  readonly signal: AbortSignal;
}

/** Where the build keeps what it generates; never part of what it depends on. */
export const GENERATED_DIR = ".cnab";

/** Every file that the build context consists of, sorted by path: exactly what a driver is given, less what we generate. */
export async function contextFiles(options: ContextOptions): Promise<ContextFile[]> {
  const matcher = dockerignore.default().add(options.ignore);
  const hasExceptions = /^\s*!/m.test(options.ignore);
  const paths = await walk(
    options,
    "",
    (path, isDir) => !matcher.ignores(path) || (isDir && hasExceptions),
  );
  const files: ContextFile[] = [];
  for (const path of paths.filter((one) => !matcher.ignores(one)).toSorted()) {
    options.signal.throwIfAborted();
    files.push(await readFile(options, path));
  }
  return files;
}

/** The names at the top level of the context, as the Dockerfile copies them. */
export async function topLevel(
  files: readonly ContextFile[],
  dir: string,
): Promise<{ name: string; directory: boolean }[]> {
  const names = [...new Set(files.map(({ path }) => path.split("/")[0] ?? path))];
  return Promise.all(
    names.map(async (name) => ({ name, directory: (await lstat(join(dir, name))).isDirectory() })),
  );
}

async function walk(
  options: ContextOptions,
  below: string,
  enters: (path: string, isDir: boolean) => boolean,
): Promise<string[]> {
  options.signal.throwIfAborted();
  const entries = await readdir(join(options.dir, below), { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (path === GENERATED_DIR || !enters(path, entry.isDirectory())) return [];
    return entry.isDirectory() ? walk(options, path, enters) : [path];
  });
  return (await Promise.all(nested)).flat();
}

async function readFile({ dir, builds }: ContextOptions, path: string): Promise<ContextFile> {
  const file = join(dir, path);
  const stats = await lstat(file, { bigint: true });
  if (stats.isSymbolicLink())
    return { path, digest: `link ${await readlink(file)}`, isProgram: true };
  const isProgram = (Number(stats.mode) & 0o111) !== 0;
  if (!stats.isFile()) return { path, digest: "special", isProgram };
  const digest = `${await contentDigest(file, stats, builds)}${isProgram ? "x" : ""}`;
  return { path, digest, isProgram };
}

/** Large files are hashed again only when their stat changed. */
async function contentDigest(file: string, stats: BigIntStats, builds: Builds): Promise<string> {
  const stamp = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(" ");
  const isSettled = Date.now() - Number(stats.mtimeMs) > 2_000;
  const known = isSettled ? builds.knownDigest(file, stamp) : undefined;
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const digest = hash.digest("hex");
  if (isSettled) builds.rememberDigest(file, stamp, digest);
  return digest;
}
