import { z } from "zod";
import { Digest } from "./image.ts";

/** What a run is, as its engine shows it after the start: not what was asked for. Names of variables, never their values. */
export const ObservedRun = z.object({
  /** Digest of the configuration of the image that runs. */
  imageId: Digest.exactOptional(),
  /** Whom the program runs as, as the image writes it or as a number; empty for root. */
  user: z.string().exactOptional(),
  privileged: z.boolean(),
  /** `CAP_…` that the program may have; of a privileged run none are named. */
  capabilities: z.array(z.string()),
  /** Every word for a network that fits the one it has. */
  networks: z.array(z.string()),
  /** What it sees of the engine's host, without the engine's own socket. */
  mounts: z.array(z.object({ source: z.string(), target: z.string(), readOnly: z.boolean() })),
  engineSocket: z.boolean(),
  /** Where the socket of an engine that it sees is on the engine's host: its path, or its directory's. Absent: the engine does not say. */
  engineSocketSource: z.string().exactOptional(),
  /** Variables beyond the image's own. */
  environment: z.array(z.string()),
  /** Absent: the engine does not say. */
  memoryBytes: z.int().exactOptional(),
  cpus: z.number().exactOptional(),
  pids: z.int().exactOptional(),
});
export type ObservedRun = z.infer<typeof ObservedRun>;
