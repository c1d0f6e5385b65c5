import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Manifest } from "@gantry/manifest";
import { type Header, extract, pack } from "tar-stream";
import { type Paths, inImage } from "./paths.ts";
import { RunError } from "./run-error.ts";

const PREFIX = "porter-state/";

/** Puts the files of the bundle's state where the manifest says. No state, or an empty one, is no error. */
export async function unpackState({ state }: Manifest, paths: Paths): Promise<void> {
  const archive = await openArchive(paths.state);
  if (archive === undefined) return;
  const targets = new Map(state.map(({ name, path }) => [name, inImage(paths, path)]));
  const entries = extract();
  const reading = pipeline(archive, createGunzip(), entries);
  reading.catch(() => undefined);
  try {
    for await (const entry of entries) {
      const target = targets.get(stateName(entry.header));
      if (target === undefined) entry.resume();
      else await writeEntry(Readable.from(entry), target);
    }
    await reading;
  } catch (cause) {
    if (cause instanceof RunError) throw cause;
    throw new RunError(`the bundle's state cannot be unpacked: ${reason(cause)}`, {
      cause,
      hint: `${paths.state} has to be the archive that an earlier action left.`,
    });
  }
}

/** The name of a state entry. Only plain files directly below `porter-state/` are ever written by us. */
function stateName(header: Header): string {
  const name = header.name.startsWith(PREFIX) ? header.name.slice(PREFIX.length) : "";
  const isPlain =
    header.type === "file" && name !== "" && name !== "." && !/[/\\]|^\.\.$/.test(name);
  if (isPlain) return name;
  if (header.type === "directory" && header.name === PREFIX) return "";
  throw new RunError(
    `the bundle's state holds an entry that does not belong there: "${header.name}"`,
    {
      hint: "The archive may have been tampered with: only plain files below porter-state/ are accepted.",
    },
  );
}

async function writeEntry(entry: Readable, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await pipeline(entry, createWriteStream(target));
}

/** Runtimes give the archive as it is or, as its definition says, in base64; `null` and nothing mean none. */
async function openArchive(file: string): Promise<Readable | undefined> {
  const start = await firstBytes(file);
  if (start === undefined || start.length === 0 || start.toString() === "null") return undefined;
  if (start[0] === 0x1f && start[1] === 0x8b) return createReadStream(file);
  return Readable.from(fromBase64(createReadStream(file, "latin1")));
}

async function firstBytes(file: string): Promise<Buffer | undefined> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16);
    return buffer.subarray(0, bytesRead);
  } catch {
    return undefined;
  }
}

async function* fromBase64(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let rest = "";
  for await (const text of texts) {
    const whole = rest + text.replaceAll(/\s/g, "");
    const cut = whole.length - (whole.length % 4);
    rest = whole.slice(cut);
    yield Buffer.from(whole.slice(0, cut), "base64");
  }
  yield Buffer.from(rest, "base64");
}

/** Packs the files of the bundle's state that exist; the same files give the same archive. */
export async function packState({ state }: Manifest, paths: Paths, target: string): Promise<void> {
  const archive = pack();
  const writing = pipeline(archive, createGzip(), createWriteStream(target));
  writing.catch(() => undefined);
  for (const { name, path } of state) await addEntry(archive, PREFIX + name, inImage(paths, path));
  archive.finalize();
  await writing;
}

async function addEntry(
  archive: ReturnType<typeof pack>,
  name: string,
  file: string,
): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) return;
  const entry = archive.entry({ name, size: found.size, mode: 0o600, mtime: new Date(0) });
  await pipeline(createReadStream(file), entry);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
