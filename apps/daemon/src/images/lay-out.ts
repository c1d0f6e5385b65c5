import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cleanText, type Work } from "@gantry/driver-api";
import { linkBlobs } from "@gantry/oci";
import type { ImageRef } from "@gantry/reports";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { Fault } from "../fault.ts";
import type { Home } from "../home.ts";

/** What a content store keeps beside its layout. */
export const WRITERS_OWN = ".gantry";

export interface LayOut {
  readonly from: Endpoint;
  readonly image: ImageRef;
  /** An empty directory. */
  readonly layout: string;
  readonly home: Pick<Home, "content">;
  /** The endpoint that takes it in; absent: the daemon does. */
  readonly to?: Endpoint;
}

/** Has an endpoint write an image as an OCI layout that may be trusted to be one; gives the manifest's digest. */
export async function layOut(request: LayOut, work: Work): Promise<string> {
  const { from, image, layout, home, to } = request;
  const images = from.instance.images;
  // What the home holds need not be written again. A driver that is confined gets a copy of the layout, so it is left small.
  if (from.supervisor === undefined && to?.supervisor === undefined)
    await linkBlobs(home.content, layout);
  const digest = await images?.exportTo?.(image, layout, work);
  if (digest === undefined) throw noExport(from);
  // The locks and drafts of whoever wrote it are no part of the layout.
  await rm(join(layout, WRITERS_OWN), { recursive: true, force: true });
  await refuseLinks(layout, from.name);
  return digest;
}

/** Whoever takes the image in would read what a link points at. Throws `protocol`. */
async function refuseLinks(directory: string, endpoint: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd === undefined) return;
  throw new Fault(
    "protocol",
    `Endpoint ${endpoint} put ${cleanText(odd.name)} into an image layout, which is neither file nor directory.`,
    { hint: `Update the driver of ${endpoint}, or tell its author.` },
  );
}

function noExport({ name }: Endpoint): Fault {
  return new Fault("unsupported", `Endpoint ${name} cannot give its images away.`, {
    hint: "Build the bundle with another endpoint: `gantry build --driver NAME`.",
  });
}
