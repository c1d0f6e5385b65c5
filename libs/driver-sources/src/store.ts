import { createReadStream } from "node:fs";
import {
  chmod,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import {
  contentDigest,
  type DriverManifest,
  Identity,
  MANIFEST_BYTES,
  MANIFEST_FILE,
  PackageError,
  readManifest,
} from "@gantry/driver-package";
import { TempDir } from "@gantry/process";
import { z } from "zod";

/** Where content came from, as it could be verified then. */
const Origin = z.object({ source: z.string(), verified: Identity.exactOptional() });
export type Origin = z.infer<typeof Origin>;

/** What came along with the content: the archive, and statements about it. */
export interface Enclosures {
  /** A file that is moved into the store. */
  readonly archive?: string;
  /** The sigstore bundle about the archive, as JSON. */
  readonly bundle?: string;
}

const STAGING = ".staging-";

/**
 * Unpacked driver packages by the digest of their content. A package is there as a whole or not at all: it grows in
 * a directory of its own and is renamed when complete.
 */
export class PackageStore {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Removes what a crash left in the middle. One process at a time may hold a store. */
  static async open(dir: string): Promise<PackageStore> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const left = (await readdir(dir)).filter((name) => name.startsWith(STAGING));
    for (const name of left) await removeTree(join(dir, name));
    return new PackageStore(dir);
  }

  /** A directory that a package may grow in; removed when disposed. */
  async stage(): Promise<AsyncDisposable & { readonly path: string }> {
    const { path } = await TempDir.create(STAGING, this.#dir);
    return { path, [Symbol.asyncDispose]: () => removeTree(path) };
  }

  /** Takes the sealed tree at `root` over and gives its digest. What was damaged of the same content is replaced. */
  async keep(root: string, origin: Origin, enclosures: Enclosures = {}): Promise<string> {
    const sha512 = await contentDigest(root);
    const target = this.directoryOf(sha512);
    if (!(await this.#isWhole(sha512))) {
      await this.#discard(target);
      // A folder that may not be written to cannot be moved either.
      await chmod(root, 0o755);
      await rename(root, target);
      await chmod(target, 0o555);
    }
    const { archive, bundle } = enclosures;
    if (archive !== undefined) await rename(archive, `${target}.tgz`);
    if (bundle !== undefined) await this.#write(`${target}.sigstore.json`, bundle);
    await this.#remember(sha512, origin);
    return sha512;
  }

  directoryOf(sha512: string): string {
    const digest = Buffer.from(sha512.replace(/^sha512-/, ""), "base64");
    return join(this.#dir, digest.toString("hex"));
  }

  async has(sha512: string): Promise<boolean> {
    return stat(this.directoryOf(sha512)).then(
      () => true,
      () => false,
    );
  }

  /** Reads every byte. Throws `driver-tampered` when the content is not the one that the digest names, or is gone. */
  async verify(sha512: string): Promise<void> {
    if (!(await this.has(sha512))) throw tampered(sha512, "is not there any more");
    if (!(await this.#isWhole(sha512))) throw tampered(sha512, "was changed");
  }

  /** The manifest in the content. Throws `driver-tampered` when there is none. */
  async manifest(sha512: string): Promise<DriverManifest> {
    const found = await manifestIn(this.directoryOf(sha512));
    if (found === undefined) throw tampered(sha512, "is not there any more");
    return found;
  }

  /** Where this content was got from, the latest first. */
  async origins(sha512: string): Promise<readonly Origin[]> {
    const text = await readFile(`${this.directoryOf(sha512)}.json`, "utf8").catch(() => "[]");
    const parsed = z.array(Origin).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : [];
  }

  /** The archive that the content was unpacked from, and the statements about it. */
  async enclosures(sha512: string): Promise<Enclosures> {
    const archive = `${this.directoryOf(sha512)}.tgz`;
    const hasArchive = await stat(archive).then(
      () => true,
      () => false,
    );
    const bundle = await readFile(`${this.directoryOf(sha512)}.sigstore.json`, "utf8").catch(
      () => undefined,
    );
    return { ...(hasArchive ? { archive } : {}), ...(bundle === undefined ? {} : { bundle }) };
  }

  /** Removes content that nobody uses, and all about it. */
  async remove(sha512: string): Promise<void> {
    const target = this.directoryOf(sha512);
    await this.#discard(target);
    for (const end of [".json", ".tgz", ".sigstore.json"]) await rm(target + end, { force: true });
  }

  /** Removes content that is not needed and is older than `before`. */
  async collect(needed: readonly string[], before: number): Promise<void> {
    const kept = new Set(needed.map((sha512) => this.directoryOf(sha512)));
    for (const name of await readdir(this.#dir)) {
      const path = join(this.#dir, name);
      if (!/^[0-9a-f]{128}$/.test(name) || kept.has(path)) continue;
      if ((await stat(path)).ctimeMs < before) await this.remove(digestOf(name));
    }
  }

  async #isWhole(sha512: string): Promise<boolean> {
    if (!(await this.has(sha512))) return false;
    return contentDigest(this.directoryOf(sha512)).then(
      (found) => found === sha512,
      () => false,
    );
  }

  /** Out of the way first, so that nobody meets a half of it. */
  async #discard(target: string): Promise<void> {
    const { path } = await TempDir.create(STAGING, this.#dir);
    await chmod(target, 0o700).catch(() => undefined);
    await rename(target, join(path, "old")).catch(() => undefined);
    await removeTree(path);
  }

  async #remember(sha512: string, origin: Origin): Promise<void> {
    const known = (await this.origins(sha512)).filter(({ source }) => source !== origin.source);
    await this.#write(`${this.directoryOf(sha512)}.json`, JSON.stringify([origin, ...known]));
  }

  async #write(file: string, text: string): Promise<void> {
    const draft = join(this.#dir, `${STAGING}${process.pid}-${crypto.randomUUID()}`);
    await writeFile(draft, text, { mode: 0o600, flush: true });
    await rename(draft, file);
  }
}

/** The manifest in a directory; `undefined` where there is none. Reads no more of a file than a manifest may have. */
export async function manifestIn(
  directory: string,
  where = directory,
): Promise<DriverManifest | undefined> {
  const file = join(directory, MANIFEST_FILE);
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MANIFEST_BYTES + 1));
    return readManifest(buffer.toString("utf8", 0, bytesRead), where);
  } catch (error) {
    if (error instanceof PackageError) throw error;
    return undefined;
  }
}

function digestOf(name: string): string {
  return `sha512-${Buffer.from(name, "hex").toString("base64")}`;
}

/** Copies a stream into a new file. */
export async function saveStream(source: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  await using handle = await open(file, "wx", 0o600);
  for await (const chunk of source) await handle.writeFile(chunk);
}

/** A file's bytes, as they are read. */
export function readStream(file: string): AsyncIterable<Uint8Array> {
  return createReadStream(file);
}

/** Folders of a package may not be written to, which hinders their owner too. */
async function removeTree(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 } as const;
  await rm(path, options).catch(async () => {
    await makeWritable(path);
    await rm(path, options);
  });
}

async function makeWritable(path: string): Promise<void> {
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(join(path, entry.name));
}

function tampered(sha512: string, what: string): PackageError {
  const message = `The content ${sha512.slice(0, 23)}... of a driver ${what}; nothing of it was run.`;
  return new PackageError("driver-tampered", message, {
    hint: "Install it again with `gantry drivers install`, and find out who changed it.",
  });
}
