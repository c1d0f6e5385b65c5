import {
  type Bundle,
  parseBundle,
  validateBundle,
  BundleError,
  selectInvocationImage,
} from "@gantry/cnab";
import type { BuiltBundle, RunOptions } from "@gantry/protocol";
import { parseReference } from "@gantry/oci";
import type { ImageRef } from "@gantry/reports";
import {
  type BuildRoom,
  buildBundle,
  type BuildWork,
  type ForeseeWork,
} from "../build/build-bundle.ts";
import { readSource } from "../build/source.ts";
import { Fault } from "../fault.ts";
import type { BuildRow } from "../store/builds.ts";
import { findPublished, type RegistryRoom } from "../registry/find-published.ts";
import type { ClaimRow, Published } from "../store/claims.ts";
import { readBundleFile } from "./bundle-file.ts";

/** The bundle that is run, and the image that was made for it. */
export interface BundleToRun {
  readonly bundle: Bundle;
  readonly bundleBytes: Uint8Array;
  readonly reference: string;
  readonly image: ImageRef;
  readonly imageType: string;
  /** The endpoint that holds the image. */
  readonly madeBy: string | undefined;
  /** Of the image, where it is known: `os/architecture[/variant]`, and its `USER`. */
  readonly platform?: string | undefined;
  readonly user?: string | undefined;
  /** There is no image of it yet: a run would build it first. */
  readonly isToBuild?: boolean;
  /** Absent: the bundle is not from a registry. */
  readonly published?: Published | undefined;
}

/** Finds the bundle: in a registry, its source (built when it changed), a bundle.json, or what the installation ran last. */
export async function bundleToRun(
  room: BuildRoom,
  work: {
    readonly options: RunOptions;
    readonly build: BuildWork;
    readonly last: ClaimRow | undefined;
  },
): Promise<BundleToRun> {
  const { source } = work.options;
  const published = await publishedBundle(room, work.build);
  if (published !== undefined) return published;
  if (source.cnabFile !== undefined) return fromFile(source.cnabFile, work.options.force);
  if (source.file !== undefined || source.dir !== undefined) return fromSource(room, work);
  if (work.last !== undefined) return fromClaim(work.last);
  throw noBundle();
}

/** What is thrown when neither a source nor an installation says what to run. */
export function noBundle(): Fault {
  return new Fault("input-invalid", "No bundle was named.", {
    hint: "Go to a directory with a porter.yaml, or give --reference, --file, --cnab-file, or the name of an installation.",
  });
}

async function fromSource(
  room: BuildRoom,
  { options, build }: { readonly options: RunOptions; readonly build: BuildWork },
): Promise<BundleToRun> {
  const row = options.autobuild ? await buildBundle(room, build) : await lastBuild(room, build);
  build.context.made.build = row.record;
  return fromRow(row);
}

/** The bundle that a build made. */
export function fromRow({ bundleBytes, record }: BuildRow): BundleToRun {
  const { endpoint: madeBy, platform, user } = record;
  return { ...fromBytes(bundleBytes), ...imageOf(record), madeBy, platform, user };
}

/** What was built last of a source, outdated or not. Throws `state-refused` when nothing was. */
export async function lastBuild(
  room: BuildRoom,
  build: Pick<BuildWork, "source" | "options">,
): Promise<BuildRow> {
  const source = await readSource(build.source, build.options);
  const row = room.store.builds.find(source.key);
  if (row !== undefined) return { ...row, record: { ...row.record, upToDate: true } };
  throw new Fault(
    "state-refused",
    `${source.manifest.path} has never been built, and --autobuild-disabled is given.`,
    {
      hint: "Run `gantry build` first, or leave --autobuild-disabled out.",
    },
  );
}

function imageOf({
  image,
  imageId,
  imageDigest,
}: BuiltBundle): Pick<BundleToRun, "image" | "reference"> {
  const ref = {
    id: imageId,
    reference: image,
    ...(imageDigest === undefined ? {} : { digest: imageDigest }),
  };
  return { image: ref, reference: image };
}

/** The bundle of a bundle.json. */
export async function fromFile(file: string, force: boolean): Promise<BundleToRun> {
  const bytes = await readBundleFile(file);
  const found = fromBytes(bytes);
  if (found.image.digest === undefined && !force) throw undigested(found, file);
  return { ...found, madeBy: undefined };
}

/** Without a digest nobody can tell whether the image is the one that the author meant (CNAB Core 101). */
function undigested({ bundle, reference }: Omit<BundleToRun, "madeBy">, file: string): Fault {
  return new Fault(
    "image-mismatch",
    `Bundle ${bundle.name} names its image ${reference} without a contentDigest.`,
    {
      hint: "Get a published bundle.json, which has the digest, or trust the tag with --force.",
      place: { path: file },
    },
  );
}

/** The bundle that an installation ran last: from a registry, the very one that it was then. */
export function fromClaim(last: ClaimRow): BundleToRun {
  return {
    ...fromBytes(last.bundleBytes),
    image: last.image,
    reference: last.bundleReference,
    madeBy: last.endpoint,
    published: last.published,
  };
}

/** The bundle that the source names in a registry, with its image as it lies there; `undefined` when it names none. */
export async function publishedBundle(
  room: RegistryRoom,
  {
    source,
    environment,
    context,
  }: Pick<BuildWork, "source" | "environment"> & Pick<ForeseeWork, "context">,
): Promise<BundleToRun | undefined> {
  const { signal } = context;
  const warn = (text: string): Promise<void> =>
    context.report("prepare", { kind: "notice", level: "warning", text });
  const found = await findPublished(room, { source, environment, signal, warn });
  if (found === undefined) return undefined;
  const { reference, digest, relocation, insecureRegistries } = found;
  const named = fromBytes(found.bundleBytes);
  const image = relocated(named, relocation);
  const { variants, ...facts } = await found.facts(image.reference);
  return {
    ...named,
    ...facts,
    reference: `${reference.replace(/@.*$/, "")}@${digest}`,
    image,
    madeBy: undefined,
    published: {
      reference,
      digest,
      relocation,
      insecureRegistries: [...insecureRegistries],
      ...(variants === undefined ? {} : { variants: { ...variants } }),
    },
  };
}

/** The image where it was published. It must be the one that the bundle names by digest. */
function relocated(
  { reference, image }: Pick<BundleToRun, "reference" | "image">,
  relocation: Published["relocation"],
): ImageRef & { readonly reference: string } {
  const place = relocation[reference] ?? reference;
  const { digest } = parseReference(place);
  if (digest !== undefined && (image.digest ?? digest) === digest)
    return { reference: place, digest };
  throw new Fault(
    "image-mismatch",
    `The bundle names its image by ${image.digest ?? "no digest"}, and was published with ${digest ?? "none"}.`,
    { hint: "Do not trust it: get it from whoever published it, or publish it again." },
  );
}

/** A valid bundle, with the image that it names. */
export function fromBytes(bundleBytes: Uint8Array): Omit<BundleToRun, "madeBy"> {
  const bundle = parseBundle(bundleBytes);
  const [first, ...rest] = validateBundle(bundle).filter(({ severity }) => severity === "error");
  if (first !== undefined) throw new BundleError([first, ...rest]);
  const { image, contentDigest, imageType } = selectInvocationImage(bundle, {
    handles: () => true,
  });
  return {
    bundle,
    bundleBytes,
    reference: image,
    image: { reference: image, ...(contentDigest === undefined ? {} : { digest: contentDigest }) },
    imageType,
  };
}
