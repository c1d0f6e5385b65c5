import { PackageError } from "@gantry/driver-package";
import { parseReference, type Reference, type RegistryClient } from "@gantry/oci";
import { LIMITS } from "../archive/limits.ts";
import { tooLarge } from "../archive/refusals.ts";
import { saveStream } from "../store.ts";
import { DRIVER_TYPES } from "./media-types.ts";
import { readArtifact, readText } from "./pull-document.ts";
import { exact } from "./push-artifact.ts";

/** A driver's archive out of a registry. */
export interface PulledArtifact {
  /** The reference with the digest that it stood for. */
  readonly reference: string;
  readonly bundle?: string;
}

const BUNDLE_BYTES = 4 << 20;

/** Fetches the archive of a driver into `file`, checked against its digests. Throws `package-invalid` for another artifact. */
export async function pullArtifact(
  client: RegistryClient,
  text: string,
  { file, signal }: { readonly file: string; readonly signal: AbortSignal },
): Promise<PulledArtifact> {
  const reference = parseReference(text);
  const { bytes, descriptor } = await client.manifest(reference, { signal });
  const manifest = readArtifact(bytes);
  const content = manifest?.layers.find(({ mediaType }) => mediaType === DRIVER_TYPES.content);
  if (manifest?.config.mediaType !== DRIVER_TYPES.config || content === undefined)
    throw notDriver(reference);
  if (content.size > LIMITS.archiveBytes) throw tooLarge("its archive is larger than 256 MiB");
  await saveStream(client.blob(reference, content, { signal }), file);
  const bundle = manifest.layers.find(({ mediaType }) => mediaType === DRIVER_TYPES.bundle);
  return {
    reference: exact(reference, descriptor.digest),
    ...(bundle === undefined || bundle.size > BUNDLE_BYTES
      ? {}
      : { bundle: await readText(client.blob(reference, bundle, { signal })) }),
  };
}

function notDriver({ familiar }: Reference): PackageError {
  return new PackageError("package-invalid", `${familiar} is no driver, but another artifact.`, {
    hint: "Check the name; `gantry drivers push DIR oci://...` publishes a driver.",
  });
}
