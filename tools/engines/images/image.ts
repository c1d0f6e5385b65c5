import { spawn } from "node:child_process";
import { once } from "node:events";
import { createHash, type Hash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { ToolFailedError } from "../errors.ts";
import { cacheDir, type Home, lock } from "../machine/home.ts";

/** Files of an image that is ready to be pushed. Never changed once they are there. */
export interface StoredImage {
  readonly manifest: string;
  readonly blobs: readonly { readonly digest: string; readonly file: string }[];
}

/** How to make an image: all that it is made of is in `key`, so that an equal key means an equal image. */
export interface ImageRecipe {
  readonly name: string;
  readonly key: readonly string[];
  readonly command: readonly string[];
  /** Fills an empty folder with the files of the image. */
  readonly fill: (root: string, signal: AbortSignal) => Promise<void>;
}

/** Raise it when what a recipe makes changes, though its key does not. */
const FORMAT = "1";

function finish(hash: Hash): string {
  return `sha256:${hash.digest("hex")}`;
}

function digestOf(text: string): string {
  return finish(createHash("sha256").update(text));
}

function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

/** Device files are made by whatever runs the image; they cannot be unpacked by an ordinary user. */
const TAR = "--create --sort=name --numeric-owner --one-file-system --exclude=./dev/* --file=- .";

interface Layer {
  readonly digest: string;
  readonly diffId: string;
  readonly size: number;
}

async function packLayer(root: string, file: string, signal: AbortSignal): Promise<Layer> {
  const owners = process.getuid?.() === 0 ? [] : ["--owner=+0", "--group=+0"];
  const child = spawn("tar", [...owners, ...TAR.split(" ")], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    signal,
  });
  const ended = once(child, "close");
  const [plain, packed] = [createHash("sha256"), createHash("sha256")];
  let size = 0;
  const counted = new PassThrough().on("data", (chunk: Buffer) => {
    size += chunk.length;
  });
  const writing = pipeline(
    child.stdout,
    hashing(plain),
    createGzip(),
    hashing(packed),
    counted,
    createWriteStream(file),
    { signal },
  );
  const [, [code]] = await Promise.all([writing, ended]);
  if (code !== 0) throw new ToolFailedError("tar", `ended with exit code ${String(code)}`, "");
  return { digest: finish(packed), diffId: finish(plain), size };
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

function configOf(recipe: ImageRecipe, layer: Layer): string {
  return JSON.stringify({
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: "linux",
    config: {
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      Cmd: recipe.command,
    },
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
    history: [{ created_by: `gantry-engines ${recipe.name}` }],
  });
}

function manifestOf(config: string, layer: Layer): string {
  const oci = "application/vnd.oci.image";
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: `${oci}.manifest.v1+json`,
    config: {
      mediaType: `${oci}.config.v1+json`,
      digest: digestOf(config),
      size: Buffer.byteLength(config),
    },
    layers: [{ mediaType: `${oci}.layer.v1.tar+gzip`, digest: layer.digest, size: layer.size }],
  });
}

async function read(dir: string): Promise<StoredImage> {
  const blobs = (await readdir(dir)).filter((name) => name.startsWith("sha256:"));
  return {
    manifest: join(dir, "manifest.json"),
    blobs: blobs.map((digest) => ({ digest, file: join(dir, digest) })),
  };
}

async function make(recipe: ImageRecipe, work: string, signal: AbortSignal): Promise<void> {
  const [root, out] = [join(work, "root"), join(work, "image")];
  await rm(work, { recursive: true, force: true });
  await mkdir(root, { recursive: true, mode: 0o755 });
  await mkdir(out);
  await recipe.fill(root, signal);
  const layer = await packLayer(root, join(out, "layer"), signal);
  await rename(join(out, "layer"), join(out, layer.digest));
  const config = configOf(recipe, layer);
  await writeFile(join(out, digestOf(config)), config);
  await writeFile(join(out, "manifest.json"), manifestOf(config, layer));
}

/** Where the image of a recipe is or will be. */
export function imageDir(recipe: ImageRecipe): string {
  const key = digestOf(JSON.stringify([FORMAT, process.arch, recipe.command, ...recipe.key]));
  return join(cacheDir(), `${recipe.name}-${key.slice(7, 23)}`);
}

/** The image of a recipe, made at most once on this machine: a half-made one is never found here. */
export async function storedImage(
  recipe: ImageRecipe,
  home: Home,
  signal: AbortSignal,
): Promise<StoredImage> {
  const dir = imageDir(recipe);
  if (existsSync(dir)) return read(dir);
  await using held = new AsyncDisposableStack();
  held.use(await lock(recipe.name, signal));
  if (existsSync(dir)) return read(dir);
  const partial = join(cacheDir(), `${recipe.name}.partial`);
  await rm(partial, { recursive: true, force: true });
  await make(recipe, home.path(recipe.name), signal);
  await cp(home.path(recipe.name, "image"), partial, { recursive: true });
  await rename(partial, dir);
  await rm(home.path(recipe.name), { recursive: true, force: true });
  return read(dir);
}
