import { createHash } from "node:crypto";
import { type BigIntStats, createReadStream } from "node:fs";
import { lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";

/** Most entries kept: about 10 MB of file. */
const MAX_KEPT = 100_000;
/** A file changed more recently than this may change again without a new time: its digest is not kept. */
const SETTLED_MS = 50;

/** SHA-256 of files, remembered by what the file system says of them, so that an unchanged file is read once. */
export class FileHashes {
  readonly #path: string;
  readonly #known: Map<string, string>;
  readonly #used = new Map<string, string>();
  #isChanged = false;

  private constructor(path: string, known: Map<string, string>) {
    this.#path = path;
    this.#known = known;
  }

  /** Opens the memory at `path`; one that cannot be read counts as empty. */
  static async open(path: string): Promise<FileHashes> {
    const text = await readFile(path, "utf8").catch(() => "");
    const lines = text.split("\n").filter((line) => line !== "");
    return new FileHashes(path, new Map(lines.map((line) => [line.slice(65), line.slice(0, 64)])));
  }

  /** Hex digest of a regular file. */
  async digest(path: string, signal: AbortSignal): Promise<string> {
    const stats = await lstat(path, { bigint: true });
    const key = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(":");
    const known = this.#known.get(key);
    if (known !== undefined) {
      this.#used.set(key, known);
      return known;
    }
    const digest = await hashFile(path, signal);
    if (isSettled(stats)) {
      this.#used.set(key, digest);
      this.#isChanged = true;
    }
    return digest;
  }

  /** Writes what was learnt. What was used last is kept longest. */
  async save(): Promise<void> {
    if (!this.#isChanged) return;
    const all = new Map([...this.#used, ...this.#known]);
    const lines = [...all].slice(0, MAX_KEPT).map(([key, digest]) => `${digest} ${key}\n`);
    const draft = `${this.#path}.${process.pid}.${Date.now()}`;
    await mkdir(dirname(this.#path), { recursive: true });
    try {
      await writeFile(draft, lines.join(""));
      await rename(draft, this.#path);
    } finally {
      await rm(draft, { force: true });
    }
    this.#isChanged = false;
  }
}

function isSettled(stats: BigIntStats): boolean {
  return Date.now() - Number(stats.ctimeMs) > SETTLED_MS;
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest("hex");
}
