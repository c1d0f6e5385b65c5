import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type DriverManifest,
  formatSource,
  type Identity,
  MANIFEST_FILE,
  PackageError,
  type Publisher,
  type Source,
} from "@gantry/driver-package";
import { StagedTree } from "./archive/staged-tree.ts";
import { unpackArchive } from "./archive/unpack-archive.ts";
import type { Arrived, Arriving, FetchWorld, Stop } from "./arrival/arrived.ts";
import { fromFile, fromOci, fromShipped } from "./arrival/from-elsewhere.ts";
import { fromNpm } from "./arrival/from-npm.ts";
import { packageNotices } from "./package-notices.ts";
import { manifestIn, readStream } from "./store.ts";

/** A driver package as it was found: nothing of it was run. */
export interface FetchedPackage {
  readonly manifest: DriverManifest;
  readonly publisher: Publisher;
  /** The source that gives exactly this again, as lock files write it. */
  readonly source: string;
  /** Absent for a link, which stays where it is and may change. */
  readonly sha512?: string;
  readonly directory: string;
  /** What the operator should know: deprecated, without what it depends on. */
  readonly notices: readonly string[];
}

/** Gets a package, checks it, and puts it into the store. A failure leaves nothing behind. */
export async function fetchPackage(
  world: FetchWorld,
  source: Source,
  { signal }: Stop,
): Promise<FetchedPackage> {
  if (source.kind === "link") return linked(source.path);
  await using stage = await world.store.stage();
  const arrived = await arrive({ world, stage: stage.path, signal }, source);
  const root = arrived.root ?? (await unpacked(stage.path, arrived, signal));
  const manifest = await manifestOf(root, arrived.source);
  const notices = [...(arrived.notices ?? []), ...(await packageNotices(root))];
  await new StagedTree(root).seal();
  const { verified } = arrived;
  const origin = { source: arrived.source, ...(verified === undefined ? {} : { verified }) };
  const sha512 = await world.store.keep(root, origin, arrived);
  const directory = world.store.directoryOf(sha512);
  const publisher = toPublisher(manifest, verified);
  return { manifest, publisher, source: arrived.source, sha512, directory, notices };
}

/** What a manifest says of its publisher, with what could be verified. */
export function toPublisher(manifest: DriverManifest, verified: Identity | undefined): Publisher {
  return { name: manifest.publisher, ...(verified === undefined ? {} : { verified }) };
}

function arrive(
  arriving: Arriving,
  source: Exclude<Source, { readonly kind: "link" }>,
): Promise<Arrived> {
  switch (source.kind) {
    case "npm":
      return fromNpm(arriving, source);
    case "oci":
      return fromOci(arriving, source);
    case "file":
      return fromFile(arriving, source);
    default:
      return fromShipped(arriving, source);
  }
}

async function unpacked(
  stage: string,
  { archive = "", source }: Arrived,
  signal: AbortSignal,
): Promise<string> {
  const directory = join(stage, "content");
  await mkdir(directory);
  return unpackArchive(readStream(archive), directory, { where: source, signal });
}

async function linked(directory: string): Promise<FetchedPackage> {
  const manifest = await manifestOf(directory, directory);
  const publisher = toPublisher(manifest, undefined);
  const source = formatSource({ kind: "link", path: directory });
  return { manifest, publisher, source, directory, notices: [] };
}

async function manifestOf(root: string, where: string): Promise<DriverManifest> {
  const found = await manifestIn(root, where);
  if (found !== undefined) return found;
  throw new PackageError("not-found", `There is no ${MANIFEST_FILE} in ${where}.`, {
    hint: "Name the directory of a driver; docs/drivers.md says what is in it.",
  });
}
