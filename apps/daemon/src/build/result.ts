import { canonicalJson } from "@gantry/cnab";
import type { BuildResult } from "@gantry/driver-api";
import { bundleReference, toBundle } from "@gantry/manifest";
import type { BuiltBundle, PassedOver } from "@gantry/protocol";
import { formatPlatform, type Image } from "@gantry/reports";
import type { Source } from "./source.ts";

/** The canonical bundle.json of a built image, or of one that is yet to be built. */
export function bundleOf(
  source: Source,
  image: Pick<Image, "digest">,
  stamp: { fingerprint: string; versions: Record<string, { version: string }>; version: string },
): Uint8Array {
  const { buildImage } = bundleReference(source.manifest);
  const bundle = toBundle(source.manifest, {
    image: buildImage,
    ...(image.digest === undefined ? {} : { contentDigest: image.digest }),
    stamp: {
      manifestDigest: stamp.fingerprint.replace(/^sha256:/, ""),
      mixins: stamp.versions,
      version: stamp.version,
      commit: "",
    },
  });
  return Buffer.from(canonicalJson(bundle));
}

/** What a client is told of a finished build. */
export function recordOf(
  { manifest }: Source,
  made: {
    readonly endpoint: string;
    readonly passedOver: readonly PassedOver[];
    readonly image: Image;
    readonly result: BuildResult;
    readonly bundleFile: string;
    readonly causes: readonly string[];
  },
): BuiltBundle {
  return {
    name: manifest.name,
    version: manifest.version,
    image: bundleReference(manifest).buildImage,
    imageId: made.image.id,
    ...(made.image.digest === undefined ? {} : { imageDigest: made.image.digest }),
    endpoint: made.endpoint,
    platform: formatPlatform(made.image.platform),
    user: made.image.user,
    upToDate: false,
    bundleFile: made.bundleFile,
    passedOver: made.passedOver.map((one) => ({ ...one })),
    causes: [...made.causes],
    steps: made.result.steps.map((step) => ({ ...step })),
  };
}
