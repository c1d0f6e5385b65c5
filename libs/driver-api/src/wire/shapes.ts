import { Image, LogEvent, NoticeEvent } from "@gantry/reports";
import { z } from "zod";

/** Relative, no empty, `.` or `..` part: it cannot climb out of a directory. */
const CLEAN_PATH = /^(?!\.{1,2}(\/|$))[^/\0]+(\/(?!\.{1,2}(\/|$))[^/\0]+)*$/;
const MOST_ID = 2 ** 32 - 1;
/** Characters of base64 that 1 MiB takes. */
const MOST_PIECE = Math.ceil((1024 * 1024) / 3) * 4;

const Strings = z.array(z.string());
const StringMap = z.record(z.string(), z.string());
const Cache = z.object({ type: z.string(), attributes: StringMap });

/** `BuildRequest` as JSON: a secret is an opaque handle that `secret.read` takes. */
export const BuildParams = z.object({
  id: z.string().min(1),
  contextDir: z.string().min(1),
  dockerfile: z.object({ text: z.string(), path: z.string() }),
  ignore: z.string(),
  tags: Strings,
  platforms: Strings,
  target: z.string().exactOptional(),
  buildArgs: StringMap,
  labels: StringMap,
  contexts: StringMap,
  secrets: z.array(z.object({ id: z.string(), handle: z.string() })),
  ssh: z.array(z.object({ id: z.string(), socket: z.string() })),
  cacheFrom: z.array(Cache),
  cacheTo: z.array(Cache),
  network: z.enum(["default", "none", "host"]),
  extraHosts: Strings,
  noCache: z.boolean(),
  pull: z.boolean(),
  insecureRegistries: Strings,
});

export const BuildResultWire = z.object({
  images: z.array(Image),
  steps: z.array(
    z.object({ title: z.string(), cached: z.boolean(), missReason: z.string().exactOptional() }),
  ),
});

export const PushedImageWire = z.object({
  digest: z.string(),
  mediaType: z.string(),
  size: z.int().nonnegative(),
});

export const EnvironmentEntryWire = z.object({
  name: z.string().min(1),
  value: z.string(),
  sensitive: z.boolean(),
});

/** `RunSpec` as JSON: file contents are base64. */
export const RunSpecWire = z.object({
  id: z.string().regex(/^[0-9A-Za-z]{1,64}$/),
  owner: z.string().min(1),
  labels: StringMap,
  image: z.object({
    id: z.string().exactOptional(),
    digest: z.string().exactOptional(),
    reference: z.string().exactOptional(),
  }),
  command: Strings.min(1),
  environment: z.array(EnvironmentEntryWire),
  files: z.array(
    z.object({
      path: z.string().startsWith("/"),
      content: z.base64(),
      mode: z.int().min(0).max(0o7777),
      sensitive: z.boolean(),
      existing: z.enum(["refuse", "replace"]),
    }),
  ),
  outputsDir: z.string().startsWith("/"),
  mounts: z.array(z.object({ source: z.string(), target: z.string(), readOnly: z.boolean() })),
  network: z.string().min(1),
  privileged: z.boolean(),
  capabilities: Strings,
  engineSocket: z.union([
    z.literal(false),
    z.literal("raw"),
    z.object({ path: z.string().startsWith("/") }),
  ]),
  memoryBytes: z.int().positive().exactOptional(),
  cpus: z.number().positive().exactOptional(),
  pids: z.int().positive().exactOptional(),
});

export const RunEventWire = z.object({
  cursor: z.string().max(200),
  event: z.discriminatedUnion("kind", [LogEvent, NoticeEvent]),
});

export const TerminalSizeWire = z.object({
  columns: z.int().min(1).max(1_000),
  rows: z.int().min(1).max(1_000),
});

export const OutputPieceWire = z.object({
  path: z
    .string()
    .max(4_096)
    .regex(CLEAN_PATH, "expected a clean path below the outputs directory"),
  mode: z.int().min(0).max(0o7777),
  uid: z.int().min(0).max(MOST_ID),
  gid: z.int().min(0).max(MOST_ID),
  data: z.base64().max(MOST_PIECE),
  last: z.boolean(),
});
