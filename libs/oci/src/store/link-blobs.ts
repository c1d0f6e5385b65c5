import { link, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../errors.ts";

/**
 * Links the blobs of one image layout or content store into another, so that whoever writes into that sends only what both
 * lack. Links pin their blobs, whatever is collected meanwhile. Where the file system has none, nothing is linked.
 */
export async function linkBlobs(fromDir: string, toDir: string): Promise<void> {
  const from = join(fromDir, "blobs", "sha256");
  const to = join(toDir, "blobs", "sha256");
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from).catch(() => [])) {
    const failure = await link(join(from, name), join(to, name)).then(
      () => undefined,
      (error: unknown) => error,
    );
    // A blob that was collected in between, or is there already, is no obstacle to the next one.
    const code = failure === undefined ? "" : systemCode(failure);
    if (failure !== undefined && code !== "ENOENT" && code !== "EEXIST") return;
  }
}
