import { z } from "zod";

/** Where a bundle was got from, and which one exactly. */
export const PublishedAt = z.object({
  /** As it was asked for, `REGISTRY/NAME[:TAG][@DIGEST]`. */
  reference: z.string(),
  /** Of the bundle's index in the registry. */
  digest: z.string(),
});
export type PublishedAt = z.infer<typeof PublishedAt>;
