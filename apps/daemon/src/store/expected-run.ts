import { z } from "zod";

/** What a run was to be, as far as an engine can show it. Names of variables, never their values. */
export const ExpectedRun = z.object({
  imageId: z.string().exactOptional(),
  /** `USER` of the image, where it is known. */
  user: z.string().exactOptional(),
  privileged: z.boolean(),
  capabilities: z.array(z.string()),
  network: z.string(),
  mounts: z.array(z.object({ source: z.string(), target: z.string(), readOnly: z.boolean() })),
  /** Whether it sees an engine; of a filtered socket its path. */
  engineSocket: z.union([z.boolean(), z.object({ path: z.string() })]),
  environment: z.array(z.string()),
  memoryBytes: z.number().exactOptional(),
  cpus: z.number().exactOptional(),
  pids: z.number().exactOptional(),
});
export type ExpectedRun = z.infer<typeof ExpectedRun>;
