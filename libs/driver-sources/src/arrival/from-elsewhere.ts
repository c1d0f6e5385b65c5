import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatSource, type Identity, PackageError } from "@gantry/driver-package";
import { copyDirectory } from "../archive/copy-directory.ts";
import { LIMITS } from "../archive/limits.ts";
import { tooLarge } from "../archive/refusals.ts";
import { pullArtifact } from "../artifact/pull-artifact.ts";
import { subjectOf, verifyStatement } from "../provenance/verify-statement.ts";
import { readStream, saveStream } from "../store.ts";
import type { Arrived, Arriving } from "./arrived.ts";

/** Gets an artifact of an OCI registry. */
export async function fromOci(
  arriving: Arriving,
  { reference }: { readonly reference: string },
): Promise<Arrived> {
  const { world, signal } = arriving;
  const archive = join(arriving.stage, "package.tgz");
  const pulled = await pullArtifact(world.oci, reference, { file: archive, signal });
  const source = formatSource({ kind: "oci", reference: pulled.reference });
  return {
    source,
    archive,
    ...(await stated(arriving, { source, archive, bundle: pulled.bundle })),
  };
}

/** Gets a tarball, with `TARBALL.sigstore.json` when that lies beside it, or a directory. */
export async function fromFile(
  arriving: Arriving,
  { path }: { readonly path: string },
): Promise<Arrived> {
  const source = formatSource({ kind: "file", path });
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw noSuchFile(path);
  if (found.isDirectory()) return { source, root: await copied(arriving, path) };
  if (found.size > LIMITS.archiveBytes) throw tooLarge("its archive is larger than 256 MiB");
  const archive = join(arriving.stage, "package.tgz");
  await saveStream(readStream(path), archive);
  const bundle = await readFile(`${path}.sigstore.json`, "utf8").catch(() => undefined);
  return { source, archive, ...(await stated(arriving, { source, archive, bundle })) };
}

/** Gets a driver that comes with Gantry. */
export async function fromShipped(
  arriving: Arriving,
  { name }: { readonly name: string },
): Promise<Arrived> {
  const root = await copied(arriving, await arriving.world.shipped(name));
  return { source: formatSource({ kind: "builtin", name }), root, verified: GANTRY };
}

/** Whoever trusts this Gantry trusts what came with it; the same name from elsewhere is somebody else's. */
const GANTRY: Identity = { subject: "Gantry", issuer: "this installation" };

async function copied({ stage, signal }: Arriving, path: string): Promise<string> {
  const root = join(stage, "content");
  await mkdir(root);
  await copyDirectory(path, root, signal);
  return root;
}

interface Claimed {
  readonly source: string;
  readonly archive: string;
  readonly bundle: string | undefined;
}

/** A statement that came along has to hold, whichever name it calls these bytes by. */
async function stated(
  { world }: Arriving,
  { source, archive, bundle }: Claimed,
): Promise<{ bundle?: string; verified?: Identity }> {
  if (bundle === undefined) return {};
  const subject = subjectOf(source, await readFile(archive));
  return { bundle, verified: verifyStatement(toData(bundle), subject, world.trustRoot) };
}

function toData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noSuchFile(path: string): PackageError {
  return new PackageError("not-found", `There is nothing at ${path}.`, {
    hint: "Check the path; a package of npm is written NAME or npm:NAME@VERSION.",
  });
}
