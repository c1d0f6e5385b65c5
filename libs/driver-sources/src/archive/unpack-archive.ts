import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE } from "@gantry/driver-package";
import { decompress, isOciError, readTar } from "@gantry/oci";
import { LIMITS } from "./limits.ts";
import { noManifest, tooLarge, unsafeEntry } from "./refusals.ts";
import { StagedTree } from "./staged-tree.ts";
import { PackageError } from "@gantry/driver-package";

const ODD: Readonly<Record<string, string>> = {
  symlink: "is a symbolic link",
  link: "is a hard link",
  "character-device": "is a device",
  "block-device": "is a device",
  fifo: "is a pipe",
};

/**
 * Unpacks a tar (plain, gzip or zstd) into `directory`, which is empty and ours, and gives the package's root in it: there,
 * or in the one folder that holds everything. Nothing of the archive is run, followed or written anywhere else. Throws
 * `package-invalid`; `directory` is to be removed then.
 */
export async function unpackArchive(
  archive: AsyncIterable<Uint8Array>,
  directory: string,
  { where, signal }: { readonly where: string; readonly signal: AbortSignal },
): Promise<string> {
  const tree = new StagedTree(directory);
  try {
    for await (const { header, body } of readTar(limited(decompress(archive), signal))) {
      const { name, type, mode } = header;
      if (type === "directory") await tree.addFolder(name);
      else if (type === "file")
        await tree.addFile({ path: name, isExecutable: (mode & 0o100) !== 0, body });
      else throw unsafeEntry(name, ODD[type] ?? "is no file");
    }
  } catch (error) {
    throw toPackageError(error, where);
  }
  return rootOf(directory, where);
}

/** @yields the bytes, as long as they are not too many: an archive may be small and unpack without end */
async function* limited(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of source) {
    signal.throwIfAborted();
    total += chunk.byteLength;
    if (total > LIMITS.contentBytes + LIMITS.entries * 2_048)
      throw tooLarge("unpacked it is larger than 512 MiB");
    yield chunk;
  }
}

async function rootOf(directory: string, where: string): Promise<string> {
  if (await hasManifest(directory)) return directory;
  const [only, ...others] = await readdir(directory);
  const inner = join(directory, only ?? "");
  if (only !== undefined && others.length === 0 && (await hasManifest(inner))) return inner;
  throw noManifest(where);
}

function hasManifest(directory: string): Promise<boolean> {
  return access(join(directory, MANIFEST_FILE)).then(
    () => true,
    () => false,
  );
}

/** Damage, as the decompressor and the tar reader tell it. */
function toPackageError(error: unknown, where: string): unknown {
  const isDamage = isOciError(error, "invalid-content") || isOciError(error, "unsupported");
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!isDamage && !code.startsWith("Z_") && !code.startsWith("ERR_ZSTD")) return error;
  const message = error instanceof Error ? error.message : "";
  return new PackageError(
    "package-invalid",
    `${where} is no archive that can be read: ${message}.`,
    {
      hint: "Fetch or write it again; expected a tar, plain or compressed with gzip or zstd.",
      cause: error,
    },
  );
}
