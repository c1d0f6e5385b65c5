import { readFile, stat } from "node:fs/promises";
import { Fault } from "../fault.ts";

/** Bytes of the largest bundle.json that is read, from a file as from a registry. */
const MAX_BYTES = 4 << 20;

/** Reads a bundle.json that somebody named. Throws `not-found`, or `bundle-invalid` for one that is too large. */
export async function readBundleFile(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((cause: unknown) => Promise.reject(unreadable(file, cause)));
  // A device has no end, and a pipe may have none.
  if (!found.isFile()) throw noFile(file);
  if (found.size > MAX_BYTES) throw tooLarge(file);
  return readFile(file).catch((cause: unknown) => Promise.reject(unreadable(file, cause)));
}

function unreadable(file: string, cause: unknown): Fault {
  return new Fault("not-found", `The bundle file ${file} cannot be read.`, {
    hint: "Name an existing bundle.json.",
    cause,
  });
}

function noFile(file: string): Fault {
  return new Fault("not-found", `${file} is no file.`, { hint: "Name an existing bundle.json." });
}

function tooLarge(file: string): Fault {
  return new Fault("bundle-invalid", `The bundle file ${file} is larger than ${MAX_BYTES} bytes.`, {
    hint: "No honest bundle is so large; check where it comes from.",
  });
}
