import { pushBundle } from "@gantry/bundle-registry";
import { parseBundle } from "@gantry/cnab";
import { isOciError, OciError, type Reference } from "@gantry/oci";
import type { BundleSource, PublishedBundle } from "@gantry/protocol";
import { type BuildRoom, buildBundle, optionsFor } from "../build/build-bundle.ts";
import { readSource } from "../build/source.ts";
import type { Environment } from "../endpoints/endpoint.ts";
import { Fault } from "../fault.ts";
import type { OperationContext } from "../operations/operations.ts";
import { aboutBundle } from "../registry/bundle-fault.ts";
import { registryClient } from "../registry/registry-client.ts";
import { lastBuild } from "../run/bundle-to-run.ts";
import type { BuildRow } from "../store/builds.ts";
import { asPublished } from "./as-published.ts";
import { copyComponents } from "./component-images.ts";
import { destinationOf, type Elsewhere } from "./destination.ts";
import { PublishReport } from "./publish-report.ts";
import type { Publishing } from "./publish-room.ts";
import { pushHeldImage } from "./push-held-image.ts";

export interface PublishWork extends Elsewhere {
  readonly source: BundleSource;
  readonly build?: Parameters<typeof optionsFor>[2];
  readonly autobuild: boolean;
  readonly force: boolean;
  readonly insecureRegistry: boolean;
  readonly environment: Environment;
  readonly context: OperationContext;
}

/**
 * Publishes a bundle: built if need be, its images first, its tag last. Whatever cuts it short, the tag names what it
 * named before, or nothing.
 */
export function publishBundle(room: BuildRoom, work: PublishWork): Promise<PublishedBundle> {
  return aboutBundle(() => publish(room, work));
}

async function publish(room: BuildRoom, work: PublishWork): Promise<PublishedBundle> {
  const { environment, context } = work;
  refuseUnbuildable(work.source);
  const options = await optionsFor(room, work.source, work.build);
  const target = destinationOf((await readSource(work.source, options)).manifest, work);
  const insecure = work.insecureRegistry ? [target.registry] : [];
  const client = registryClient({ ...room.environment, ...environment }, { insecure });
  const report = new PublishReport(context);
  const publishing: Publishing = { room, client, target, environment, context, report };
  await atRegistry(() => refuseExisting(publishing, work.force));
  const row = await builtRow(room, work, options);
  const { bundle, relocation, index } = await atRegistry(() => push(publishing, row, work.force));
  return {
    name: bundle.name,
    version: bundle.version,
    reference: target.familiar,
    digest: index.digest,
    image: bundle.invocationImages[0]?.image ?? "",
    relocation: { ...relocation },
    ...report.transferred,
  };
}

/** The images, then the bundle. */
async function push(publishing: Publishing, row: BuildRow, force: boolean) {
  const { client, context, report, target } = publishing;
  const { bundle, relocation } = await pushImages(publishing, row);
  const { index } = await report.step(`Publish ${target.familiar}`, () =>
    pushBundle(client, {
      bundle,
      relocation,
      target,
      signal: context.signal,
      // Somebody else may have been faster.
      beforeTag: () => refuseExisting(publishing, force),
    }),
  );
  return { bundle, relocation, index };
}

/** Of a registry that is away, who publishes can name another. */
async function atRegistry<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isOciError(error) || error.code !== "unreachable") throw error;
    throw new OciError(error.code, error.message, { hint: ELSEWHERE, cause: error });
  }
}

const ELSEWHERE =
  "Check that the registry is there, or name another with --registry HOST/TEAM or --reference; one that speaks plain HTTP and is not on this machine needs --insecure-registry.";

function refuseUnbuildable({ file, dir }: BundleSource): void {
  if (file !== undefined || dir !== undefined) return;
  throw new Fault("input-invalid", "No bundle was named that could be published.", {
    hint: "Go to a directory with a porter.yaml, or give --file.",
  });
}

async function refuseExisting(
  { client, target, context: { signal } }: Publishing,
  force: boolean,
): Promise<void> {
  if (force) return;
  const found = await client.find(target, { signal });
  if (found !== undefined) throw exists(target, found.digest);
}

function exists({ familiar }: Reference, digest: string): Fault {
  return new Fault("conflict", `${familiar} is published already (${digest}).`, {
    hint: "Give the bundle another version or --tag, or replace what is there with --force.",
  });
}

async function builtRow(
  room: BuildRoom,
  { source, autobuild, environment, context }: PublishWork,
  options: Awaited<ReturnType<typeof optionsFor>>,
): Promise<BuildRow> {
  const build = { source, options, environment, context };
  const row = autobuild ? await buildBundle(room, build) : await lastBuild(room, build);
  context.made.build = row.record;
  return row;
}

async function pushImages(publishing: Publishing, { record, bundleBytes }: BuildRow) {
  const { endpoint, imageId, image: reference } = record;
  const image = { id: imageId, reference };
  const invocation = await pushHeldImage(publishing, "Push the invocation image", {
    endpoint,
    image,
  });
  if (invocation === undefined) {
    throw new Fault("image-not-found", `Endpoint ${endpoint} has no image ${reference} any more.`, {
      hint: "Build the bundle again with `gantry build --force`.",
    });
  }
  const built = parseBundle(bundleBytes);
  const components = await copyComponents(publishing, built, endpoint);
  return asPublished(built, publishing.target, { invocation, components });
}
