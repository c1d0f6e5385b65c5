import {
  chmodSync,
  closeSync,
  constants,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { runCommand } from "@gantry/process";
import { type ByteSource, type Content, Meter } from "../digest.ts";
import { fromDisk, OciError } from "../errors.ts";
import { decompress } from "./compression.ts";
import { OPAQUE, type Owner, WHITEOUT } from "./pack.ts";
import { readTar, type TarHeader, type TarItem } from "./tar.ts";
import { split, Tree, unsafe } from "./tree.ts";

export interface UnpackOptions {
  /** Sets owners: maps the owner in the layer to the one on disk. Without it everything belongs to this process. */
  readonly owner?: (layer: Owner, path: string) => Owner;
  /** Device nodes: left out (default), or made with mknod, which needs the right to. */
  readonly devices?: "skip" | "create";
  /** Limit on the plain bytes of one layer. Default 64 GiB. */
  readonly maxBytes?: number;
  /** Limit on the entries of one layer. Default 5 million. */
  readonly maxEntries?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the plain bytes read so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** What an unpacked layer was. */
export interface Unpacked {
  /** Digest and size of the plain tar: the layer's diff id. */
  readonly content: Content;
  readonly entries: number;
  /** Device nodes left out, and entries whose extended attributes were lost. */
  readonly skipped: readonly string[];
}

/**
 * Applies a layer (plain, gzip or zstd) to `directory` as the image specification says: what it has replaces what is
 * there, whiteouts delete what lower layers put there. Nothing is written, linked or followed outside of
 * `directory`, whatever the archive says. Compare `content.digest` with the diff id before use. After an error the
 * directory is half-written: remove it.
 */
export async function unpackLayer(
  source: ByteSource,
  directory: string,
  options: UnpackOptions = {},
): Promise<Unpacked> {
  const meter = new Meter();
  const unpacking = new Unpacking(directory, options);
  const plain = metered(decompress(source), meter, options);
  try {
    for await (const item of readTar(plain)) await unpacking.apply(item);
    unpacking.finish();
    // The padding behind the end of the archive is part of the diff id.
    for await (const _ of plain) continue;
  } catch (error) {
    throw fromDisk(error, directory);
  }
  return { content: meter.finish(), ...unpacking.summary() };
}

async function* metered(
  plain: ByteSource,
  meter: Meter,
  options: UnpackOptions,
): AsyncGenerator<Uint8Array> {
  const maxBytes = options.maxBytes ?? 64 * 2 ** 30;
  for await (const chunk of plain) {
    options.signal?.throwIfAborted();
    meter.add(chunk);
    if (meter.size > maxBytes) throw tooLarge(`more than ${maxBytes} bytes`);
    yield chunk;
    options.onProgress?.(meter.size);
  }
}

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * One layer on its way to disk. File system calls are synchronous: each takes microseconds, where a round trip
 * through the thread pool would take ten times that for each of the thousands of files.
 */
class Unpacking {
  readonly #tree: Tree;
  readonly #options: UnpackOptions;
  /** Real places this layer wrote, and the directories above them: its whiteouts spare them. */
  readonly #written = new Set<string>();
  /** Directories, whose mode and time are set last. */
  readonly #directories = new Map<string, TarHeader>();
  readonly #skipped: string[] = [];
  #entries = 0;

  constructor(directory: string, options: UnpackOptions) {
    this.#tree = new Tree(directory);
    this.#options = options;
  }

  summary() {
    return { entries: this.#entries, skipped: this.#skipped };
  }

  async apply({ header, body }: TarItem): Promise<void> {
    this.#entries += 1;
    const limit = this.#options.maxEntries ?? 5_000_000;
    if (this.#entries > limit) throw tooLarge(`more than ${limit} entries`);
    if (header.xattrs.length > 0)
      this.#skipped.push(`${header.name} (${header.xattrs.join(", ")})`);
    const path = this.#tree.place(header.name);
    const base = basename(path);
    if (path !== this.#tree.root && base.startsWith(WHITEOUT)) return this.#whiteout(path, base);
    this.#remember(path);
    if (header.type === "file") return this.#file(path, header, body);
    return this.#other(path, header);
  }

  /** Sets modes and times of directories, the deepest first: writing into them changed both. */
  finish(): void {
    this.#tree.restore();
    const deepest = [...this.#directories].toSorted(([a], [b]) => b.length - a.length);
    for (const [path, header] of deepest) {
      if (this.#tree.look(path)?.isDirectory() !== true) continue;
      this.#own(path, header);
      chmodSync(path, header.mode);
      utimesSync(path, header.mtime, header.mtime);
    }
  }

  #whiteout(path: string, base: string): void {
    const parent = dirname(path);
    if (base === OPAQUE) {
      for (const name of readdirSync(parent)) this.#removeLower(join(parent, name));
      return;
    }
    const name = base.slice(WHITEOUT.length);
    if (name === "" || name === "." || name === "..")
      throw unsafe(path.slice(this.#tree.root.length), "deletes no name");
    if (name.startsWith(WHITEOUT)) return;
    this.#removeLower(join(parent, name));
  }

  #removeLower(path: string): void {
    if (!this.#written.has(path)) return this.#tree.remove(path);
    if (this.#tree.look(path)?.isDirectory() !== true) return;
    for (const name of readdirSync(path)) this.#removeLower(join(path, name));
  }

  #remember(path: string): void {
    for (
      let at = path;
      at.length > this.#tree.root.length && !this.#written.has(at);
      at = dirname(at)
    ) {
      this.#written.add(at);
    }
  }

  async #file(path: string, header: TarHeader, body: ByteSource): Promise<void> {
    this.#clear(path);
    const file = openSync(path, CREATE, 0o600);
    try {
      for await (const chunk of body) writeAll(file, chunk);
    } finally {
      closeSync(file);
    }
    this.#finishNode(path, header);
  }

  async #other(path: string, header: TarHeader): Promise<void> {
    switch (header.type) {
      case "directory":
        return this.#directory(path, header);
      case "symlink":
        return this.#symlink(path, header);
      case "link":
        return this.#link(path, header);
      default:
        return this.#device(path, header);
    }
  }

  #directory(path: string, header: TarHeader): void {
    if (this.#tree.look(path)?.isDirectory() !== true) {
      this.#clear(path);
      mkdirSync(path, 0o700);
    } else chmodSync(path, header.mode | 0o700);
    this.#tree.settle(path);
    this.#directories.set(path, header);
  }

  #symlink(path: string, header: TarHeader): void {
    if (header.linkname === "") throw unsafe(header.name, "is a symbolic link to nothing");
    this.#clear(path);
    symlinkSync(header.linkname, path);
    this.#own(path, header);
    lutimesSync(path, header.mtime, header.mtime);
  }

  #link(path: string, header: TarHeader): void {
    const target = this.#tree.place(header.linkname);
    const stats = this.#tree.look(target);
    if (stats === undefined || stats.isDirectory())
      throw unsafe(
        header.name,
        `is a hard link to ${JSON.stringify(header.linkname)}, which is no file here`,
      );
    if (target === path) return;
    this.#clear(path);
    linkSync(target, path);
  }

  async #device(path: string, header: TarHeader): Promise<void> {
    if (this.#options.devices !== "create") {
      this.#skipped.push(header.name);
      return;
    }
    this.#clear(path);
    await makeNode(path, header, this.#options.signal);
    this.#finishNode(path, header);
  }

  /** The place is taken by something else: it goes. The root itself cannot. */
  #clear(path: string): void {
    if (path === this.#tree.root) throw unsafe("/", "replaces the root directory");
    const stats = this.#tree.look(path);
    if (stats === undefined) return;
    this.#directories.delete(path);
    this.#tree.remove(path);
  }

  /** Owner first: a change of owner clears the setuid bits. */
  #finishNode(path: string, header: TarHeader): void {
    this.#own(path, header);
    chmodSync(path, header.mode);
    utimesSync(path, header.mtime, header.mtime);
  }

  #own(path: string, header: TarHeader): void {
    const owner = this.#options.owner?.(
      { uid: header.uid, gid: header.gid },
      split(header.name).join("/"),
    );
    if (owner !== undefined) lchownSync(path, owner.uid, owner.gid);
  }
}

function writeAll(file: number, chunk: Uint8Array): void {
  for (let offset = 0; offset < chunk.byteLength; ) offset += writeSync(file, chunk, offset);
}

const KINDS: Readonly<Record<string, string>> = { "character-device": "c", "block-device": "b" };

/** Where mknod is, whatever the caller's environment says. */
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Node has no mknod of its own. */
async function makeNode(
  path: string,
  header: TarHeader,
  signal: AbortSignal | undefined,
): Promise<void> {
  const kind = KINDS[header.type];
  const numbers =
    kind === undefined ? ["p"] : [kind, String(header.devmajor), String(header.devminor)];
  const { exit, stderr } = await runCommand("mknod", ["--", path, ...numbers], {
    env: { PATH: SYSTEM_PATH },
    ...(signal === undefined ? {} : { signal }),
  });
  if (exit.code === 0) return;
  throw new OciError(
    "unsupported",
    `Cannot make the device node ${header.name}: ${stderr.trim()}`,
    {
      hint: "Unpack as root, or leave devices out.",
    },
  );
}

function tooLarge(what: string): OciError {
  return new OciError("too-large", `The layer has ${what}`, {
    hint: "Raise the limit if the image is trusted.",
  });
}
