import { z } from "zod";

/** Where a bundle comes from. All paths are absolute and on the daemon's machine. */
export const BundleSource = z.object({
  /** A porter.yaml; its directory is the build context unless `dir` says otherwise. */
  file: z.string().exactOptional(),
  dir: z.string().exactOptional(),
  /** A bundle.json, run as it is. */
  cnabFile: z.string().exactOptional(),
  /** A published bundle, `REGISTRY/NAME[:TAG][@DIGEST]`; goes before the others. */
  reference: z.string().min(1).exactOptional(),
  /** Plain HTTP with the registry of `reference`. */
  insecureRegistry: z.boolean().exactOptional(),
});
export type BundleSource = z.infer<typeof BundleSource>;

/** A secret for `RUN --mount=type=secret`: the bytes themselves, or a file read when the step asks. */
export const BuildSecret = z.object({
  id: z.string().min(1),
  file: z.string().exactOptional(),
  value: z.base64().exactOptional(),
});

const CacheSpec = z.object({ type: z.string(), attributes: z.record(z.string(), z.string()) });

/** Everything that a user may say about a build. */
export const BuildOptions = z.object({
  /** Endpoint that builds; absent: the daemon picks one and says why. */
  driver: z.string().exactOptional(),
  name: z.string().exactOptional(),
  version: z.string().exactOptional(),
  custom: z.record(z.string(), z.string()).default({}),
  buildArgs: z.record(z.string(), z.string()).default({}),
  /** Name to absolute directory. */
  buildContexts: z.record(z.string(), z.string()).default({}),
  secrets: z.array(BuildSecret).default([]),
  /** Id to socket path. */
  ssh: z.array(z.object({ id: z.string(), socket: z.string() })).default([]),
  cacheFrom: z.array(CacheSpec).default([]),
  cacheTo: z.array(CacheSpec).default([]),
  labels: z.record(z.string(), z.string()).default({}),
  platform: z.string().exactOptional(),
  target: z.string().exactOptional(),
  network: z.enum(["default", "none", "host"]).default("default"),
  noCache: z.boolean().default(false),
  pull: z.boolean().default(false),
  /** Build even when nothing changed, without any cache. */
  force: z.boolean().default(false),
  lint: z.boolean().default(true),
  insecureRegistry: z.boolean().default(false),
});
export type BuildOptions = z.infer<typeof BuildOptions>;

/** A value as the user gave it: text to convert to the parameter's type (a file's name for a file parameter, `@NAME` for an object), a typed value, or a file's bytes. */
export const GivenValue = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("json"), value: z.json() }),
  z.object({ kind: z.literal("file"), base64: z.base64(), name: z.string() }),
]);
export type GivenValue = z.infer<typeof GivenValue>;

/** Everything that a user may say about a run. */
export const RunOptions = z.object({
  installation: z.string().exactOptional(),
  namespace: z.string().default(""),
  source: BundleSource,
  /** Directory that file names in parameters are relative to; absolute. */
  cwd: z.string(),
  /** Endpoint that runs, and that builds unless `build.driver` says otherwise. */
  driver: z.string().exactOptional(),
  parameters: z.record(z.string(), GivenValue).default({}),
  /** Secret: kept in memory for this run only. */
  credentials: z.record(z.string(), z.string()).default({}),
  labels: z.record(z.string(), z.string()).default({}),
  autobuild: z.boolean().default(true),
  /** For the build that may come first. Absent: as the source was built last. */
  build: BuildOptions.exactOptional(),
  logs: z.boolean().default(true),
  debug: z.boolean().default(false),
  /** Consent to a bundle that requires the engine: `true` gives it a filtered socket, `raw` the engine's own. */
  allowDockerHostAccess: z.union([z.boolean(), z.literal("raw")]).default(false),
  mounts: z
    .array(z.object({ source: z.string(), target: z.string(), readOnly: z.boolean() }))
    .default([]),
  /** `default`, `none`, `host` or a network's name; absent: as granted before, or as the bundle asks. */
  network: z.string().min(1).exactOptional(),
  /** Asks for and grants everything that a program can do on the engine's host. */
  privileged: z.boolean().default(false),
  /** Linux capabilities to ask for and grant, `CAP_…`. */
  capabilities: z.array(z.string().regex(/^CAP_[A-Z_]+$/)).default([]),
  memoryBytes: z.int().positive().exactOptional(),
  cpus: z.number().positive().exactOptional(),
  pids: z.int().positive().exactOptional(),
  /** Go to another endpoint when the one chosen turns out away. Absent: as the configuration says. */
  failOver: z.boolean().exactOptional(),
  /** Digest of the plan that was shown: a run that would be another is refused. */
  approves: z.string().exactOptional(),
  /** Run although an earlier run of the installation seems unfinished, or its state forbids the action. */
  force: z.boolean().default(false),
  /** Seconds between the request to stop and the kill. */
  graceSeconds: z.int().nonnegative().default(30),
});
export type RunOptions = z.infer<typeof RunOptions>;
