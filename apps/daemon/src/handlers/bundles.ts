import { BUILT_IN_ACTIONS, type Bundle, describeAction, parseBundle } from "@gantry/cnab";
import { toBundle } from "@gantry/manifest";
import type { BundleSource, bundleExplain, bundleList } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { placesOf, readManifestOf } from "../build/source.ts";
import { Fault } from "../fault.ts";
import { findPublished } from "../registry/find-published.ts";
import type { ClaimRow } from "../store/claims.ts";
import { explainInputs } from "./explain-inputs.ts";
import { findClaim } from "./find-installation.ts";
import type { Room, Session } from "./room.ts";
import { readBundleFile } from "../run/bundle-file.ts";

export function handleBundleList({ store }: Room): HandlerOf<typeof bundleList> {
  return async ({ limit }) => ({
    bundles: store.builds.list(limit).map(({ source, built, record }) => {
      const { name, version, image, endpoint } = record;
      return { name, version, ...placesOf(source), image, endpoint, built };
    }),
  });
}

export function handleBundleExplain(room: Room, session: Session): HandlerOf<typeof bundleExplain> {
  return async ({ source, installation }, { signal }) => {
    const { environment } = session;
    const warn = async (): Promise<void> => undefined;
    const found = await findPublished(room, { source, environment, signal, warn });
    if (found !== undefined) {
      const { reference, digest } = found;
      return { bundle: explain(found.bundle), published: { reference, digest } };
    }
    const bundle = await readBundle(source);
    if (bundle !== undefined) return { bundle: explain(bundle) };
    if (installation !== undefined) return explainClaim(findClaim(room, installation));
    throw new Fault("input-invalid", "Neither a bundle nor an installation was named.", {
      hint: "Give a porter.yaml, a bundle.json, or the name of an installation.",
    });
  };
}

function explainClaim({ bundle, published }: ClaimRow) {
  if (published === undefined) return { bundle: explain(bundle) };
  const { reference, digest } = published;
  return { bundle: explain(bundle), published: { reference, digest } };
}

async function readBundle(source: BundleSource): Promise<Bundle | undefined> {
  const { file, dir, cnabFile } = source;
  if (cnabFile !== undefined) return parseBundle(await readBundleFile(cnabFile));
  if (file === undefined && dir === undefined) return undefined;
  return toBundle(await readManifestOf(source), UNBUILT);
}

/** What only a build can tell; nothing of it is shown. */
const UNBUILT = {
  image: "localhost/unbuilt",
  stamp: { manifestDigest: "", mixins: {}, version: "", commit: "" },
};

function explain(bundle: Bundle) {
  const names = [...BUILT_IN_ACTIONS, ...Object.keys(bundle.actions ?? {})];
  return {
    name: bundle.name,
    version: bundle.version,
    ...(bundle.description ? { description: bundle.description } : {}),
    actions: names.map((name) => {
      const { description, stateless } = describeAction(bundle, name);
      return { name, ...(description === undefined ? {} : { description }), stateless };
    }),
    ...explainInputs(bundle),
    requires: [...(bundle.requiredExtensions ?? [])],
  };
}
