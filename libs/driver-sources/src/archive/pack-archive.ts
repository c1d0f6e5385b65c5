import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { type TarEntry, writeTar } from "@gantry/oci";

/** A gzipped tar of a directory of plain files, below `package/` as npm has it. The same files give the same bytes. */
export function packArchive(directory: string): AsyncIterable<Uint8Array> {
  const tar = Readable.from(writeTar(entriesOf(directory, "")), { objectMode: false });
  return tar.compose(createGzip({ level: 9 }));
}

/** @yields the files below `folder`, sorted by name */
async function* entriesOf(directory: string, folder: string): AsyncGenerator<TarEntry> {
  for (const name of (await readdir(join(directory, folder))).toSorted()) {
    const path = folder === "" ? name : `${folder}/${name}`;
    const file = join(directory, path);
    const stat = await lstat(file);
    if (stat.isDirectory()) yield* entriesOf(directory, path);
    else
      yield {
        name: `package/${path}`,
        mode: (stat.mode & 0o100) === 0 ? 0o644 : 0o755,
        size: stat.size,
        body: createReadStream(file),
      };
  }
}
