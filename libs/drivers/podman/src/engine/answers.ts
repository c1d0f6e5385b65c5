import { z } from "zod";

const Labels = z.record(z.string(), z.string()).nullish();

/** What is read of `GET /containers/NAME/json`. */
export const ContainerAnswer = z.object({
  Id: z.string(),
  State: z.object({
    Status: z.string(),
    OOMKilled: z.boolean(),
    ExitCode: z.number(),
  }),
  Config: z.object({ Labels }),
  HostConfig: z.object({
    LogConfig: z.object({ Path: z.string() }),
    Memory: z.number().default(0),
  }),
});
export type ContainerAnswer = z.infer<typeof ContainerAnswer>;

/** What is read of `GET /containers/NAME/json` to tell what a container may do. */
export const ContainerPowersAnswer = z.object({
  Image: z.string(),
  BoundingCaps: z.array(z.string()).nullish(),
  Mounts: z
    .array(
      z.object({
        Type: z.string(),
        Name: z.string().default(""),
        Source: z.string(),
        Destination: z.string(),
        RW: z.boolean(),
      }),
    )
    .nullish(),
  Config: z.object({ User: z.string(), Env: z.array(z.string()).nullish(), Labels }),
  HostConfig: z.object({
    NetworkMode: z.string(),
    Privileged: z.boolean(),
    Memory: z.number().default(0),
    NanoCpus: z.number().default(0),
    PidsLimit: z.number().default(0),
  }),
  NetworkSettings: z.object({ Networks: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});
export type ContainerPowersAnswer = z.infer<typeof ContainerPowersAnswer>;

/** What is read of `GET /containers/json`. */
export const ContainerList = z.array(z.object({ Id: z.string(), Labels })).nullable();

/** What a container has at a path, as a header of an answer tells. */
export const PathStat = z.object({ mode: z.number() });

export const CreatedExec = z.object({ Id: z.string() });
export const ExecAnswer = z.object({ Running: z.boolean(), ExitCode: z.number() });

/** What is read of `GET /images/NAME/json`. */
export const ImageAnswer = z.object({
  Id: z.string().regex(/^[0-9a-f]{64}$/u),
  Digest: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Os: z.string(),
  Architecture: z.string(),
  Size: z.number(),
  Config: z.object({ User: z.string().optional(), Env: z.array(z.string()).nullish() }).nullish(),
  Labels,
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
});
export type ImageAnswer = z.infer<typeof ImageAnswer>;

/** What is read of `GET /images/json`. */
export const ImageList = z
  .array(z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() }))
  .nullable();

/** What is read of the answer to `POST /images/load`. */
export const LoadAnswer = z.object({ Names: z.array(z.string()) });

/** What is read of `GET /info`. */
export const InfoAnswer = z.object({
  host: z.object({
    arch: z.string(),
    os: z.string(),
    cgroupVersion: z.string(),
    cgroupControllers: z.array(z.string()).nullish(),
    ociRuntime: z.object({ name: z.string() }),
    security: z.object({ rootless: z.boolean() }),
  }),
  store: z.object({ graphDriverName: z.string() }),
  version: z.object({ Version: z.string() }),
});
export type InfoAnswer = z.infer<typeof InfoAnswer>;

/** What is read of the manifest in an archive of an image. */
export const ManifestAnswer = z.object({ config: z.object({ digest: z.string() }) });
