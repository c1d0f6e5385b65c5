import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatSource, type Identity } from "@gantry/driver-package";
import type { NpmRegistry, NpmVersion } from "../npm/registry.ts";
import { subjectOf, verifyStatement } from "../provenance/verify-statement.ts";
import { saveStream } from "../store.ts";
import type { Arrived, Arriving } from "./arrived.ts";

/** Gets a package of an npm registry; what its publisher states about its origin has to hold. */
export async function fromNpm(
  arriving: Arriving,
  { name, range }: { readonly name: string; readonly range: string },
): Promise<Arrived> {
  const { world, stage, signal } = arriving;
  const registry = await world.npm();
  const version = await registry.version(name, range, { signal });
  const archive = join(stage, "package.tgz");
  await saveStream(await registry.tarball(name, version, { signal }), archive);
  return {
    source: formatSource({ kind: "npm", name, range: version.version }),
    archive,
    notices: noticesOf(version),
    ...(await provenanceOf(arriving, { name, version, registry, archive })),
  };
}

interface Fetched {
  readonly name: string;
  readonly version: NpmVersion;
  readonly registry: NpmRegistry;
  readonly archive: string;
}

/** Where it was built; nothing where no provenance is published. Other statements come from the registry itself. */
async function provenanceOf(
  { world, signal }: Arriving,
  { name, version, registry, archive }: Fetched,
): Promise<{ bundle?: string; verified?: Identity }> {
  const stated = await registry.attestations(version, { signal });
  const provenance = stated.find(({ predicateType }) => /\/provenance\/v/.test(predicateType));
  if (provenance === undefined) return {};
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version.version}`;
  const subject = subjectOf(`${name}@${version.version}`, await readFile(archive), purl);
  const verified = verifyStatement(provenance.bundle, subject, world.trustRoot);
  return { bundle: JSON.stringify(provenance.bundle), verified };
}

function noticesOf({ deprecated }: NpmVersion): readonly string[] {
  if (deprecated === undefined || deprecated === false || deprecated === "") return [];
  return [`Its publisher calls it deprecated${deprecated === true ? "." : `: ${deprecated}`}`];
}
