import { type Digest, digestOf } from "../digest.ts";

/**
 * The digest of each layer together with all below it, lowest first (image-spec config.md, "Layer ChainID"). Two
 * images that share a chain id share that file system; engines know their layers by it.
 */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : digestOf(`${below} ${diffId}`));
  }
  return chain;
}
