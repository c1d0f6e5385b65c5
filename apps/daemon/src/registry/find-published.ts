import { imageFacts, pullBundle, type PulledBundle } from "@gantry/bundle-registry";
import { ContentStore, isOciError, parseReference, type Reference, withVersion } from "@gantry/oci";
import type { BundleSource } from "@gantry/protocol";
import type { Home } from "../home.ts";
import { aboutBundle } from "./bundle-fault.ts";
import { registryClient } from "./registry-client.ts";

/** What getting a bundle from a registry needs of the daemon. */
export interface RegistryRoom {
  readonly home: Pick<Home, "bundles">;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface FindPublished {
  readonly source: BundleSource;
  /** The user's, whose logins count. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Hears what the user should know. */
  readonly warn: (text: string) => Promise<void>;
}

/** A published bundle, and how it is to be named. */
export interface PublishedBundle extends PulledBundle {
  /** `REGISTRY/NAME:TAG`, or with the digest that was asked for. */
  readonly reference: string;
  /** What the image says of itself, where it lies in the bundle's repository. */
  readonly facts: (image: string) => ReturnType<typeof imageFacts>;
  /** Registries that plain HTTP is spoken with. */
  readonly insecureRegistries: readonly string[];
}

/** The bundle that a source names in a registry; `undefined` when it names none. What was fetched once is not fetched again. */
export async function findPublished(
  room: RegistryRoom,
  wanted: FindPublished,
): Promise<PublishedBundle | undefined> {
  const { reference: text, insecureRegistry } = wanted.source;
  if (text === undefined) return undefined;
  return aboutBundle(async () => {
    const reference = parseReference(text);
    const insecureRegistries = insecureRegistry === true ? [reference.registry] : [];
    const client = registryClient(
      { ...room.environment, ...wanted.environment },
      { insecure: insecureRegistries },
    );
    const cache = await ContentStore.open(room.home.bundles);
    const pull = (named: Reference) =>
      pullBundle(client, { reference: named, cache, signal: wanted.signal });
    const { found, named } = await orWithV(reference, pull, wanted);
    if (found.staleTag) await wanted.warn(staleText(named, found));
    const facts = (image: string): ReturnType<typeof imageFacts> =>
      aboutBundle(() => imageFacts(client, image, { cache, signal: wanted.signal }));
    return { ...found, reference: named.familiar, facts, insecureRegistries };
  });
}

interface Found {
  readonly named: Reference;
  readonly found: PulledBundle;
}

const BARE_VERSION = /^\d+\.\d+\.\d+/;

/** A bundle's own tag is its version with a `v` before it, which people leave out. */
async function orWithV(
  named: Reference,
  pull: (named: Reference) => Promise<PulledBundle>,
  { warn }: FindPublished,
): Promise<Found> {
  const { tag = "", digest } = named;
  try {
    return { named, found: await pull(named) };
  } catch (error) {
    const isBare = digest === undefined && BARE_VERSION.test(tag);
    if (!isBare || !isOciError(error, "not-found")) throw error;
    const other = withVersion(named, { tag: `v${tag}` });
    const found = await pull(other).catch(() => Promise.reject(error));
    await warn(`There is no tag ${tag}: took v${tag}.`);
    return { named: other, found };
  }
}

function staleText({ familiar, registry }: Reference, { digest }: PulledBundle): string {
  return `${registry} cannot be reached: ${familiar} is taken for ${digest}, which it was before.`;
}
