import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { operatingSystem } from "../needs.ts";
import { readAptSetup } from "./apt.ts";
import { cacheDir, lock } from "./home.ts";
import { runTool, toolEnv } from "./tool.ts";

/** Packages of another Debian release, to run from a folder. */
export interface NewerPackages {
  /** The release's code name. */
  readonly suite: string;
  readonly packages: readonly string[];
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Has apt know that release and nothing else, and keep what it learns in `dir`: the machine's own apt stays as it is. */
async function privateApt(dir: string, suite: string): Promise<readonly string[]> {
  const { mirror, keyring = KEYRING } = await readAptSetup(operatingSystem().codename);
  await mkdir(join(dir, "lists", "partial"), { recursive: true });
  await mkdir(join(dir, "cache", "archives", "partial"), { recursive: true });
  await writeFile(
    join(dir, "sources.list"),
    `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`,
  );
  const settings = [
    `Dir::Etc::sourcelist=${join(dir, "sources.list")}`,
    "Dir::Etc::sourceparts=/dev/null",
    `Dir::State::lists=${join(dir, "lists")}`,
    `Dir::Cache=${join(dir, "cache")}`,
    "APT::Sandbox::User=root",
    "Acquire::Languages=none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
  ];
  return ["apt-get", "-q", ...settings.flatMap((setting) => ["-o", setting])];
}

async function fetchAndUnpack(
  { suite, packages }: NewerPackages,
  work: string,
  signal: AbortSignal,
): Promise<string> {
  const apt = await privateApt(join(work, "apt"), suite);
  await runTool([...apt, "update"], { signal, env: toolEnv() });
  const [archives, root] = [join(work, "archives"), join(work, "root")];
  await mkdir(archives, { recursive: true });
  await mkdir(root, { recursive: true });
  const wanted = packages.map((name) => `${name}/${suite}`);
  await runTool([...apt, "download", ...wanted], { signal, env: toolEnv(), cwd: archives });
  for (const file of await readdir(archives)) {
    await runTool(["dpkg-deb", "-x", join(archives, file), root], { signal });
  }
  return root;
}

/**
 * The folder with the files of packages of another release, fetched through the machine's own mirror at most once
 * on this machine. Nothing is installed: their programs run with the libraries of this release.
 */
export async function newerPackages(wanted: NewerPackages, signal: AbortSignal): Promise<string> {
  const words = [wanted.suite, process.arch, ...wanted.packages].join(" ");
  const key = createHash("sha256").update(words).digest("hex").slice(0, 16);
  const dir = join(cacheDir(), `${wanted.suite}-${key}`);
  await using held = new AsyncDisposableStack();
  held.use(await lock(`packages-${key}`, signal));
  if (existsSync(dir)) return dir;
  const work = `${dir}.partial`;
  await rm(work, { recursive: true, force: true });
  held.defer(() => rm(work, { recursive: true, force: true }));
  await rename(await fetchAndUnpack(wanted, work, signal), dir);
  return dir;
}
