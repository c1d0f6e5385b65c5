import { access } from "node:fs/promises";
import { join } from "node:path";
import {
  type DriverManifest,
  MANIFEST_FILE,
  PackageError,
  parseSource,
} from "@gantry/driver-package";
import {
  fetchPackage,
  type FetchWorld,
  packArchive,
  pushArtifact,
  saveStream,
} from "@gantry/driver-sources";
import { TempDir } from "@gantry/process";
import type { DriverRoom, UserEnvironment } from "./driver-room.ts";
import { absolute } from "./inspect-driver.ts";

export interface PushRequest {
  readonly spec: string;
  readonly reference: string;
  readonly cwd: string;
}

export interface Pushed {
  readonly name: string;
  readonly version: string;
  readonly source: string;
}

/** Publishes a driver: an installed one byte for byte as it came, with the statement about its origin; else a path. */
export async function pushDriver(
  room: DriverRoom,
  request: PushRequest,
  { environment, signal }: { readonly environment: UserEnvironment; readonly signal: AbortSignal },
): Promise<Pushed> {
  const [, reference] = /^oci:\/\/(.+)$/.exec(request.reference) ?? [];
  if (reference === undefined) {
    throw new PackageError("spec-invalid", `"${request.reference}" names no place in a registry.`, {
      hint: "Write oci://REGISTRY/NAME:TAG.",
    });
  }
  const world = await room.world(environment, signal);
  const { manifest, sha512 } = await chosen(room, world, { ...request, signal });
  await using temp = await TempDir.create("gantry-push-");
  const kept = await world.store.enclosures(sha512);
  const archive = kept.archive ?? join(temp.path, "package.tgz");
  if (kept.archive === undefined)
    await saveStream(packArchive(world.store.directoryOf(sha512)), archive);
  const artifact = { manifest, archive, bundle: kept.bundle };
  const source = await pushArtifact(world.oci, artifact, { reference, signal });
  return { name: manifest.name, version: manifest.version, source };
}

interface Choosing extends PushRequest {
  readonly signal: AbortSignal;
}

async function chosen(
  { installed }: DriverRoom,
  world: FetchWorld,
  { spec, cwd, signal }: Choosing,
): Promise<{ readonly manifest: DriverManifest; readonly sha512: string }> {
  const locked = (await installed.locked())[spec];
  if (locked !== undefined && (await isPackage(absolute(spec, cwd)))) throw ambiguous(spec);
  if (locked?.sha512 !== undefined) {
    await world.store.verify(locked.sha512);
    return { manifest: await world.store.manifest(locked.sha512), sha512: locked.sha512 };
  }
  const linked = locked === undefined ? undefined : parseSource(locked.source);
  const path = linked?.kind === "link" ? linked.path : absolute(spec, cwd);
  const { manifest, sha512 = "" } = await fetchPackage(world, { kind: "file", path }, { signal });
  return { manifest, sha512 };
}

function isPackage(directory: string): Promise<boolean> {
  return access(join(directory, MANIFEST_FILE)).then(
    () => true,
    () => false,
  );
}

/** Which of both is meant is not guessed: what is published stays. */
function ambiguous(spec: string): PackageError {
  return new PackageError("spec-invalid", `${spec} is an installed driver, and a directory here.`, {
    hint: `Write ./${spec} for the directory, or publish the installed one from another directory.`,
  });
}
