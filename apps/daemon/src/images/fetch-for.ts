import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ContentStore, parseReference, pullImage, readImage } from "@gantry/oci";
import { TempDir } from "@gantry/process";
import type { Image } from "@gantry/reports";
import type { Endpoint, Environment } from "../endpoints/endpoint.ts";
import { Fault } from "../fault.ts";
import type { Home } from "../home.ts";
import type { OperationContext } from "../operations/operations.ts";
import { aboutBundle } from "../registry/bundle-fault.ts";
import { registryClient } from "../registry/registry-client.ts";
import type { BundleToRun } from "../run/bundle-to-run.ts";
import { WRITERS_OWN } from "./lay-out.ts";

/** An image that is wanted at an endpoint. */
export interface WantedImage {
  readonly home: Home;
  readonly environment: Environment;
  readonly context: Pick<OperationContext, "signal" | "report">;
  readonly toRun: BundleToRun;
  readonly to: Endpoint;
}

/** Fetches an image by its digest for an endpoint that cannot pull, and hands it over; `undefined` when that is not possible. */
export async function fetchFor(request: WantedImage): Promise<Image | undefined> {
  const { home, environment, context, toRun, to } = request;
  const { reference, digest } = toRun.image;
  const importFrom = to.instance.images?.importFrom?.bind(to.instance.images);
  if (importFrom === undefined || reference === undefined || digest === undefined) return undefined;
  const text = `Fetching the image for ${to.name}.`;
  await context.report("prepare", { kind: "notice", level: "info", text });
  await using layout = await TempDir.create("image-", home.cache);
  const store = await ContentStore.open(layout.path);
  const { signal } = context;
  const pulled = await aboutBundle(async () => {
    const client = registryClient(environment, {
      insecure: toRun.published?.insecureRegistries ?? [],
    });
    const pinned = parseReference(`${parseReference(reference).name}@${digest}`);
    return readImage(store, await pullImage({ client, store, reference: pinned, signal }));
  });
  await rm(join(layout.path, WRITERS_OWN), { recursive: true, force: true });
  const image = await importFrom(layout.path, pulled.manifestDigest, {
    signal,
    report: (event) => context.report("prepare", event),
  });
  if (image.id === pulled.configDigest) return image;
  throw new Fault("protocol", `Endpoint ${to.name} made ${image.id} of ${pulled.configDigest}.`, {
    hint: `Update the driver of ${to.name}, or tell its author.`,
  });
}
