import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseBundle } from "@gantry/cnab";
import { parseManifest } from "@gantry/manifest";
import type { BundleSource, RunOptions } from "@gantry/protocol";
import { Fault } from "../fault.ts";
import { findPublished, type RegistryRoom } from "../registry/find-published.ts";
import { readBundleFile } from "../run/bundle-file.ts";

/** The name that an installation gets when none is given: the bundle's. */
export async function nameOf(
  room: RegistryRoom,
  { source, build }: RunOptions,
  asker: { readonly environment: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<string> {
  const published = await findPublished(room, { ...asker, source, warn: async () => undefined });
  if (published !== undefined) return published.bundle.name;
  if (build?.name !== undefined) return build.name;
  if (source.cnabFile !== undefined) return parseBundle(await readBundleFile(source.cnabFile)).name;
  const file =
    source.file ?? (source.dir === undefined ? undefined : resolve(source.dir, "porter.yaml"));
  if (file === undefined) {
    throw new Fault("input-invalid", "Neither an installation nor a bundle was named.", {
      hint: "Give the installation's name, or go to a directory with a porter.yaml, or give --reference, --file or --cnab-file.",
    });
  }
  return parseManifest(await readManifestFile(file), { path: file }).name;
}

/** What a bundle is called that is to be built, for people: an error in its manifest is told by the build. */
export async function bundleOf(
  { file, dir }: BundleSource,
  given?: string,
): Promise<{ readonly bundle?: string }> {
  if (given !== undefined) return { bundle: given };
  const path = file ?? (dir === undefined ? undefined : resolve(dir, "porter.yaml"));
  if (path === undefined) return {};
  try {
    return { bundle: parseManifest(await readFile(path, "utf8"), { path }).name };
  } catch {
    return {};
  }
}

function readManifestFile(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: unknown) => {
    throw new Fault("not-found", `There is no manifest at ${file}.`, {
      hint: `Go to the bundle's directory, or make a bundle in ${dirname(file)} with \`gantry create\`.`,
      cause,
    });
  });
}
