import { pushBundle } from "@gantry/bundle-registry";
import { newId } from "@gantry/cnab";
import { digestOf, parseReference, RegistryClient, withVersion } from "@gantry/oci";
import type { OperationOutcome } from "@gantry/protocol";
import { engine } from "../../../../tools/engines/require.ts";
import type { Fields, Helper, World } from "./world.ts";

/** The real registry of this test run, if there is one. */
export const registry = engine("registry");
export const host = registry.available ? registry.registry : "";
export const client = new RegistryClient({ attempts: 1 });
export const stop = { signal: new AbortController().signal };

/** A repository that no other test has. */
export function somewhere(): string {
  return `test/${newId({}).toLowerCase()}`;
}

/** Publishes the bundle of a directory, and waits for the end. */
export async function publish(helper: Helper, dir: string, options: Fields = {}) {
  return helper.finish(await helper.request("bundle.publish", { source: { dir }, ...options }));
}

/** A home with a bundle that goes to `place`, a registry and a repository. */
export async function author(world: World, place: string) {
  const helper = await world.start();
  const dir = await world.bundle({ registry: place });
  return { helper, dir, reference: `${place}/sample:v0.1.0` };
}

export async function tagOf(reference: string): Promise<string | undefined> {
  return (await client.find(parseReference(reference), stop))?.digest;
}

const INDEX = "application/vnd.oci.image.index.v1+json";

/** Publishes one bundle whose image is an index of the images of several. */
export async function publishTogether(
  text: string,
  made: readonly Pick<OperationOutcome, "publish">[],
  platforms: readonly string[],
): Promise<void> {
  const target = parseReference(text);
  const manifests = await Promise.all(
    made.map(async ({ publish: { image = "" } = {} }, place) => {
      const [os = "", architecture = ""] = (platforms[place] ?? "").split("/");
      const found = await client.resolve(parseReference(image), stop);
      return { ...found, platform: { os, architecture } };
    }),
  );
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
  const exact = withVersion(target, { digest: digestOf(bytes) });
  const { digest, size } = await client.pushManifest(exact, { bytes, mediaType: INDEX }, stop);
  const bundle = await bundleAt(made[0]?.publish?.reference ?? "");
  const image = `${target.name}@${digest}`;
  const invocation = { ...bundle.invocationImages[0], image, size, mediaType: INDEX };
  const invocationImages = [{ ...invocation, contentDigest: digest }];
  const relocation = { [image]: image };
  await pushBundle(client, {
    bundle: { ...bundle, invocationImages },
    relocation,
    target,
    ...stop,
  });
}

/** The bundle.json that a tag leads to, by the way that CNAB 201 describes. */
export async function bundleAt(text: string) {
  const reference = parseReference(text);
  const read = async (digest: string) => {
    const exact = parseReference(`${reference.name}@${digest}`);
    return JSON.parse(Buffer.from((await client.manifest(exact, stop)).bytes).toString());
  };
  const { descriptor } = await client.manifest(reference, stop);
  const index = await read(descriptor.digest);
  const { config } = await read(index.manifests[0].digest);
  const parts: Uint8Array[] = [];
  for await (const part of client.blob(reference, config, stop)) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}
