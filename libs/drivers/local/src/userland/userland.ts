import { copyFileSync, chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { type ContentStore, hostPlatform, storeLayer, writeImage } from "@gantry/oci";
import { TempDir } from "@gantry/process";
import { userlandIncomplete } from "../errors.ts";
import { type HostFile, HostFiles } from "./host-files.ts";
import { DIRECTORIES, FILES, LIBRARIES, PROGRAMS, TEXTS } from "./programs.ts";

/** Name of the image that is made from this machine's own programs. */
export const USERLAND = "gantry.local/userland:latest";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Puts the image {@link USERLAND} into the store: shell, core utilities, C library and what they need, copied from this
 * machine. The same machine gives the same digest. It is made again when a file of it has changed.
 */
export async function ensureUserland(
  store: ContentStore,
  options: { readonly stateDir: string; readonly signal: AbortSignal },
): Promise<void> {
  const files = gather();
  const key = keyOf(files);
  const keyPath = join(options.stateDir, "userland-key");
  const made = await store.resolve(USERLAND);
  const madeFrom = await readFile(keyPath, "utf8").catch(() => "");
  if (made !== undefined && madeFrom === `${key} ${made.digest}`) return;
  await mkdir(options.stateDir, { recursive: true });
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  const scratch = held.use(await TempDir.create("userland-", options.stateDir));
  const root = join(scratch.path, "root");
  writeTree(root, files);
  const { descriptor, diffId } = await storeLayer(store, root, {
    owner: () => ({ uid: 0, gid: 0 }),
    signal: options.signal,
  });
  const image = await writeImage(store, {
    config: {
      ...hostPlatform(),
      config: { Env: [`PATH=${PATH}`], Cmd: ["sh"] },
      rootfs: { type: "layers", diff_ids: [diffId] },
    },
    layers: [descriptor],
  });
  await store.tag(USERLAND, image);
  const draft = join(scratch.path, "key");
  await writeFile(draft, `${key} ${image.digest}`);
  await rename(draft, keyPath);
}

function gather(): HostFile[] {
  const host = new HostFiles();
  for (const path of ["/bin", "/sbin", "/lib", "/lib64"]) host.addLinkedDir(path);
  const missing = PROGRAMS.filter((name) => !host.addProgram(name));
  const vital = ["sh", "cat"].filter((name) => missing.includes(name));
  if (vital.length > 0) throw userlandIncomplete(vital);
  for (const name of LIBRARIES) host.addLibrary(name);
  for (const path of FILES) host.addFile(path);
  return host.files.filter(({ path }) => !(path in TEXTS));
}

function keyOf(files: readonly HostFile[]): string {
  const hash = createHash("sha256").update(JSON.stringify([DIRECTORIES, TEXTS]));
  for (const { path, stats, link } of files) {
    hash.update(JSON.stringify([path, link ?? [stats.size, stats.mtimeMs, stats.mode]]));
  }
  return hash.digest("hex");
}

function writeTree(root: string, files: readonly HostFile[]): void {
  const links = files.filter(({ link }) => link !== undefined);
  mkdirSync(root, { mode: 0o755 });
  for (const { path, link = "" } of links) {
    mkdirSync(dirname(root + path), { recursive: true });
    symlinkSync(link, root + path);
  }
  for (const [path, mode] of DIRECTORIES) {
    mkdirSync(root + path, { recursive: true });
    chmodSync(root + path, mode);
  }
  for (const { path, stats, link } of files) {
    if (link !== undefined) continue;
    mkdirSync(dirname(root + path), { recursive: true });
    copyFileSync(path, root + path);
    chmodSync(root + path, stats.mode & 0o755);
  }
  for (const [path, text] of Object.entries(TEXTS))
    writeFileSync(root + path, text, { mode: 0o644 });
}
