import { z } from "zod";
import { Power } from "./power.ts";
import { PublishedAt } from "./published-at.ts";

/** Where the image of a run comes from. `to-build`: the source changed, or was never built. */
const ImageState = z.enum(["built", "named", "to-build"]);

const PlannedImage = z.object({
  reference: z.string(),
  state: ImageState,
  id: z.string().exactOptional(),
  digest: z.string().exactOptional(),
  platform: z.string().exactOptional(),
  /** With `to-build`: what changed since the last build; empty when there was none. */
  changed: z.array(z.string()),
});

/** An endpoint that was not chosen, and the one requirement that it lacks. */
export const PassedOver = z.object({
  endpoint: z.string(),
  /** A feature's name, `platform`, `image-type`, a facet, or `ready` when its engine is away. */
  requirement: z.string(),
  /** The same for people, to be read behind the endpoint's name. */
  text: z.string(),
});
export type PassedOver = z.infer<typeof PassedOver>;

const PlannedEndpoint = z.object({
  name: z.string(),
  driver: z.string(),
  reason: z.string(),
  /** What was asked of the endpoints: names of features, `platform OS/ARCH`, `image-type TYPE`. */
  requirements: z.array(z.string()),
  passedOver: z.array(PassedOver),
  /** Why the engine cannot be reached at present. */
  away: z.string().exactOptional(),
});

/** What an action would do and touch. Names of secrets, never their values; a field that is empty is something that does not happen. */
export const Plan = z.object({
  schemaVersion: z.literal(1),
  action: z.string(),
  installation: z.string(),
  namespace: z.string(),
  bundle: z.object({
    name: z.string(),
    version: z.string(),
    /** Absent: it is not from a registry. */
    published: PublishedAt.exactOptional(),
  }),
  image: PlannedImage,
  endpoint: PlannedEndpoint,
  /** `USER` of the image; absent when the image is not at hand, `root` when it names none. */
  user: z.string().exactOptional(),
  privileged: z.boolean(),
  capabilities: z.array(z.string()),
  network: z.string(),
  /** Ports of the host that lead into the run. */
  ports: z.array(z.string()),
  mounts: z.array(z.object({ source: z.string(), target: z.string(), readOnly: z.boolean() })),
  /** How the run reaches the engine: not at all, through a socket that lets only own things through, or the engine's own socket. */
  engineSocket: z.enum(["none", "brokered", "raw"]),
  limits: z.object({
    memoryBytes: z.int().exactOptional(),
    cpus: z.number().exactOptional(),
    pids: z.int().exactOptional(),
  }),
  /** Credentials and sensitive parameters that the run is given. */
  secrets: z.array(z.string()),
  environment: z.array(z.object({ name: z.string(), sensitive: z.boolean() })),
  files: z.array(
    z.object({
      path: z.string(),
      /** Octal, as in `0644`. */
      mode: z.string(),
      owner: z.string(),
      sensitive: z.boolean(),
    }),
  ),
  outputs: z.array(z.object({ name: z.string(), path: z.string(), sensitive: z.boolean() })),
  requested: z.array(Power),
  granted: z.array(Power),
  /** Requested and not granted: the action is refused for want of them. */
  missing: z.array(Power.extend({ flag: z.string() })),
  /** Against the plan that was approved last; `since` is null when there was none. */
  changes: z.object({
    since: z.iso.datetime().nullable(),
    added: z.array(z.string()),
    removed: z.array(z.string()),
  }),
  /** Why the action would be refused now, each with what to do. */
  problems: z.array(z.string()),
  warnings: z.array(z.string()),
  /** Names this plan: a run that is to be no other is started with `approves`. */
  digest: z.string(),
});
export type Plan = z.infer<typeof Plan>;
