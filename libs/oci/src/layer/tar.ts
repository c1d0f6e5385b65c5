import { extract, type Header, pack, type Pack } from "tar-stream";
import type { ByteSource } from "../digest.ts";
import { OciError } from "../errors.ts";

export type TarEntryType =
  | "file"
  | "directory"
  | "symlink"
  | "link"
  | "character-device"
  | "block-device"
  | "fifo";

/** One entry of an archive, without its bytes. */
export interface TarHeader {
  /** As in the archive, `/` between parts; not checked. */
  readonly name: string;
  readonly type: TarEntryType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes that follow; 0 for all but files. */
  readonly size: number;
  /** Target of a symlink or hard link; empty otherwise. */
  readonly linkname: string;
  readonly devmajor: number;
  readonly devminor: number;
  /** Extended attributes that the entry carries; they are not restored. */
  readonly xattrs: readonly string[];
}

/** An entry to write; what is left out is 0, empty, `file`. A file's body must have exactly `size` bytes. */
export interface TarEntry extends Partial<TarHeader> {
  readonly name: string;
  readonly body?: Uint8Array | ByteSource;
}

/** An entry being read. A body that is not read to its end is skipped. */
export interface TarItem {
  readonly header: TarHeader;
  readonly body: ByteSource;
}

const XATTR = "SCHILY.xattr.";
const TYPES: ReadonlySet<string> = new Set<TarEntryType>([
  "file",
  "directory",
  "symlink",
  "link",
  "character-device",
  "block-device",
  "fifo",
]);

/**
 * Reads a plain tar (ustar, pax, GNU long names) in order. Throws `invalid-content` when cut short or damaged.
 * @yields each entry; read its body before the next
 */
export async function* readTar(source: ByteSource): AsyncGenerator<TarItem> {
  const parser = extract();
  const feeding = feed(source, parser);
  // Observed here so that a failing source surfaces once, at the end of the loop below.
  feeding.catch((error: unknown) => parser.destroy(toError(error)));
  try {
    for await (const item of parser) {
      yield { header: toHeader(item.header), body: bodyFrom(item) };
      item.resume();
    }
  } catch (error) {
    throw toTarError(error);
  } finally {
    parser.destroy();
  }
  await feeding;
}

// Damage within a body is met by whoever reads the body.
async function* bodyFrom(item: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOf(item);
  } catch (error) {
    throw toTarError(error);
  }
}

/** What the library's streams carry, which its types leave open. */
async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
}

/** What the library's writable streams have in common. */
interface Outlet {
  readonly destroyed: boolean;
  write(chunk: Uint8Array): boolean;
  end(last: null): unknown;
  on(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
}

async function feed(source: ByteSource, parser: Outlet): Promise<void> {
  for await (const chunk of source) {
    if (parser.destroyed) return;
    if (!parser.write(chunk)) await drained(parser);
  }
  parser.end(null);
}

/** Waits until `stream` takes more, or is closed: then its reader sees why. */
function drained(stream: Outlet): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const settle = () => {
    stream.off("drain", settle);
    stream.off("close", settle);
    resolve();
  };
  stream.on("drain", settle);
  stream.on("close", settle);
  if (stream.destroyed) settle();
  return promise;
}

/** The extended header: words by key. */
function recordsOf(pax: unknown): Map<string, string> {
  if (typeof pax !== "object" || pax === null) return new Map();
  return new Map(Object.entries(pax).map(([key, value]) => [key, String(value)]));
}

function toHeader(raw: Header): TarHeader {
  const pax = recordsOf(raw.pax);
  const type = raw.type === "contiguous-file" ? "file" : raw.type;
  if (!TYPES.has(type)) throw unsupported(raw);
  return {
    name: raw.name,
    type,
    mode: raw.mode & 0o7777,
    uid: Number(pax.get("uid") ?? raw.uid),
    gid: Number(pax.get("gid") ?? raw.gid),
    mtime: Math.floor(Number(pax.get("mtime") ?? raw.mtime.getTime() / 1000)),
    size: type === "file" ? raw.size : 0,
    linkname: raw.linkname ?? "",
    devmajor: raw.devmajor,
    devminor: raw.devminor,
    xattrs: [...pax.keys()].flatMap((key) =>
      key.startsWith(XATTR) ? [key.slice(XATTR.length)] : [],
    ),
  };
}

/**
 * Writes a tar whose bytes depend on the entries alone: ustar where it suffices, pax where a name, an owner or a
 * size needs it. Throws `invalid-content` when a body has another size than its header says.
 * @yields the archive's bytes
 */
export async function* writeTar(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
): AsyncGenerator<Uint8Array> {
  const packer = pack();
  const filling = fill(packer, entries);
  filling.catch((error: unknown) => packer.destroy(toError(error)));
  try {
    yield* bytesOf(packer);
  } catch (error) {
    throw toTarError(error);
  } finally {
    packer.destroy();
    await filling.catch(() => undefined);
  }
}

async function fill(
  packer: Pack,
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
): Promise<void> {
  for await (const entry of entries) await writeEntry(packer, entry);
  packer.finalize();
}

async function writeEntry(packer: Pack, entry: TarEntry): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Awaited below, which a failing body or a reader that went away never reaches.
  promise.catch(() => undefined);
  const sink = packer.entry(toRaw(entry), (error) => (error ? reject(error) : resolve()));
  if ((entry.type ?? "file") === "file") {
    sink.once("error", reject);
    for await (const chunk of bodyOf(entry)) {
      if (!sink.write(chunk)) await drained(sink);
      if (sink.destroyed) return;
    }
    sink.end(null);
  }
  await promise;
}

function bodyOf({ body }: TarEntry): ByteSource | readonly Uint8Array[] {
  if (body === undefined) return [];
  return body instanceof Uint8Array ? [body] : body;
}

function toRaw(entry: TarEntry): Partial<Header> & { name: string } {
  const {
    type = "file",
    mode = type === "directory" ? 0o755 : 0o644,
    uid = 0,
    gid = 0,
    mtime = 0,
  } = entry;
  const pax = paxOf({ uid, gid, mtime });
  return {
    name: type === "directory" && !entry.name.endsWith("/") ? `${entry.name}/` : entry.name,
    type,
    // The library takes mode 0 for "not given": a bit above the permissions, which it masks away, says otherwise.
    mode: mode | 0o100000,
    uid: uid > MAX_OCTAL_ID ? 0 : uid,
    gid: gid > MAX_OCTAL_ID ? 0 : gid,
    mtime: new Date(mtime > MAX_SECONDS ? 0 : mtime * 1000),
    size: entry.body instanceof Uint8Array ? entry.body.byteLength : (entry.size ?? 0),
    ...(entry.linkname ? { linkname: entry.linkname } : {}),
    devmajor: entry.devmajor ?? 0,
    devminor: entry.devminor ?? 0,
    ...(pax === undefined ? {} : { pax }),
  };
}

/** What the octal fields cannot hold. */
function paxOf(numbers: {
  uid: number;
  gid: number;
  mtime: number;
}): Record<string, string> | undefined {
  const pax = {
    ...(numbers.uid > MAX_OCTAL_ID ? { uid: String(numbers.uid) } : {}),
    ...(numbers.gid > MAX_OCTAL_ID ? { gid: String(numbers.gid) } : {}),
    ...(numbers.mtime > MAX_SECONDS ? { mtime: String(numbers.mtime) } : {}),
  };
  return Object.keys(pax).length === 0 ? undefined : pax;
}

const MAX_OCTAL_ID = 0o777777;
/** Where the library's 32-bit time ends. */
const MAX_SECONDS = 0x7fff_ffff;

function unsupported(raw: Header): OciError {
  return new OciError(
    "unsupported",
    `The archive entry ${JSON.stringify(raw.name)} is of an unknown kind`,
    {
      hint: "Write the archive in ustar or pax format, without sparse files.",
    },
  );
}

/** The library reports damage with plain errors; system errors and our own pass through. */
function toTarError(error: unknown): unknown {
  const isPlain = error instanceof Error && error.constructor === Error && !("code" in error);
  if (!isPlain) return error;
  return new OciError("invalid-content", `The archive is damaged or cut short: ${error.message}`, {
    hint: "Fetch or write the archive again.",
    cause: error,
  });
}

function toError(error: unknown): Error {
  return error instanceof Error
    ? error
    : new OciError("invalid-content", String(error), { hint: "Try again." });
}
