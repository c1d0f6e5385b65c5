import { z } from "zod";

/** What is read of `GET /containers/ID/json`. */
export const ContainerAnswer = z.object({
  Id: z.string(),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    OOMKilled: z.boolean(),
    ExitCode: z.number(),
    Error: z.string().default(""),
    StartedAt: z.string(),
    FinishedAt: z.string(),
  }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
});
export type ContainerAnswer = z.infer<typeof ContainerAnswer>;

/** What is read of `GET /containers/ID/json` to know what a container may do. */
export const ContainerPowersAnswer = z.object({
  Image: z.string(),
  Config: z.object({
    User: z.string().default(""),
    Env: z.array(z.string()).nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
  HostConfig: z.object({
    Privileged: z.boolean().default(false),
    NetworkMode: z.string(),
    CapAdd: z.array(z.string()).nullish(),
    CapDrop: z.array(z.string()).nullish(),
    Memory: z.number().nullish(),
    NanoCpus: z.number().nullish(),
    PidsLimit: z.number().nullish(),
  }),
  Mounts: z
    .array(
      z.object({
        Type: z.string(),
        Name: z.string().optional(),
        Source: z.string().default(""),
        Destination: z.string(),
        RW: z.boolean(),
      }),
    )
    .nullish(),
});
export type ContainerPowersAnswer = z.infer<typeof ContainerPowersAnswer>;

/** What is read of `GET /images/NAME/json`. */
export const ImageAnswer = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Os: z.string(),
  Architecture: z.string(),
  Variant: z.string().optional(),
  Size: z.number(),
  Config: z
    .object({
      User: z.string().optional(),
      Env: z.array(z.string()).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
});
export type ImageAnswer = z.infer<typeof ImageAnswer>;

/** What is read of `GET /images/json`. */
export const ImagesAnswer = z.array(
  z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() }),
);

/** What is read of `GET /images/NAME/json` to know an image's layers. */
export const RootfsAnswer = z.object({
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
});

/** What is read of `GET /containers/json`. */
export const ContainersAnswer = z.array(
  z.object({ Id: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
);

/** What is read of `GET /exec/ID/json`. */
export const ExecAnswer = z.object({ Running: z.boolean(), ExitCode: z.number().nullish() });

export const CreatedAnswer = z.object({ Id: z.string() });

/** What is read of `GET /version`. */
export const VersionAnswer = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  Os: z.string(),
  Arch: z.string(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});
export type VersionAnswer = z.infer<typeof VersionAnswer>;

/** What is read of `GET /info`. */
export const InfoAnswer = z.object({
  Driver: z.string(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  MemoryLimit: z.boolean().optional(),
  PidsLimit: z.boolean().optional(),
});
export type InfoAnswer = z.infer<typeof InfoAnswer>;

/** What is read of `GET /distribution/NAME/json`. */
export const DistributionAnswer = z.object({
  Descriptor: z.object({ mediaType: z.string(), digest: z.string(), size: z.number() }),
});

/** One object of a progress stream: of a pull, a push, a load or a build. */
export const ProgressAnswer = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  stream: z.string().optional(),
  progressDetail: z
    .object({ current: z.number().optional(), total: z.number().optional() })
    .optional(),
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
  aux: z.unknown().optional(),
});
export type ProgressAnswer = z.infer<typeof ProgressAnswer>;
