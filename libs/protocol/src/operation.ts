import { WorkEvent } from "@gantry/reports";
import { z } from "zod";
import { PassedOver } from "./plan.ts";

/** Where in a user's file something is. Lines and columns count from 1. */
export const Place = z.object({
  path: z.string(),
  line: z.int().exactOptional(),
  column: z.int().exactOptional(),
});

/** Why something failed: for programs `code`, for people the rest. */
export const Failure = z.object({
  /** One of docs/errors.md. */
  code: z.string(),
  message: z.string(),
  hint: z.string().exactOptional(),
  /** Further problems of the same input, each whole. */
  details: z.array(z.string()).exactOptional(),
  place: Place.exactOptional(),
});
export type Failure = z.infer<typeof Failure>;

/** What an operation does. */
export const OperationKind = z.enum([
  "build",
  "publish",
  "install",
  "upgrade",
  "invoke",
  "uninstall",
]);
export type OperationKind = z.infer<typeof OperationKind>;

/** `interrupted`: the daemon ended in the middle and the work could not be taken up again. */
export const OperationStatus = z.enum([
  "running",
  "succeeded",
  "failed",
  "canceled",
  "interrupted",
]);
export type OperationStatus = z.infer<typeof OperationStatus>;

/** One piece of work that the daemon carries out and that outlives the client that asked. */
export const Operation = z.object({
  id: z.string(),
  kind: OperationKind,
  /** Of the installation it acts on, if any. */
  namespace: z.string().exactOptional(),
  installation: z.string().exactOptional(),
  /** Name of the bundle that is built or published; absent while its manifest cannot be read. */
  bundle: z.string().exactOptional(),
  /** The custom action of an `invoke`. */
  action: z.string().exactOptional(),
  status: OperationStatus,
  created: z.iso.datetime(),
  finished: z.iso.datetime().exactOptional(),
  failure: Failure.exactOptional(),
});
export type Operation = z.infer<typeof Operation>;

/** One entry of an operation's log. `seq` counts from 1 without gaps; `after: seq` goes on behind it. */
export const LoggedEvent = z.object({
  seq: z.int().positive(),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** The part of the work that speaks: `build` or `run`. */
  phase: z.enum(["prepare", "build", "run", "finish"]),
  event: WorkEvent,
});
export type LoggedEvent = z.infer<typeof LoggedEvent>;

/** What a finished build made. */
export const BuiltBundle = z.object({
  name: z.string(),
  version: z.string(),
  /** The image's name in the driver's store. */
  image: z.string(),
  imageId: z.string(),
  imageDigest: z.string().exactOptional(),
  endpoint: z.string(),
  /** Of the image, `os/architecture[/variant]`. */
  platform: z.string().exactOptional(),
  /** `USER` of the image; empty for root. */
  user: z.string().exactOptional(),
  upToDate: z.boolean(),
  bundleFile: z.string(),
  /** Endpoints that were not chosen to build with, and what each lacks. */
  passedOver: z.array(PassedOver).exactOptional(),
  /** What made it build anew, in words; absent in builds of before this was recorded. */
  causes: z.array(z.string()).exactOptional(),
  steps: z.array(
    z.object({ title: z.string(), cached: z.boolean(), missReason: z.string().exactOptional() }),
  ),
});
export type BuiltBundle = z.infer<typeof BuiltBundle>;

/** What a finished publishing left in the registry. */
export const PublishedBundle = z.object({
  name: z.string(),
  version: z.string(),
  /** `REGISTRY/NAME:TAG`. */
  reference: z.string(),
  /** Of the index that the tag names: with it the reference stays the same bundle for ever. */
  digest: z.string(),
  /** The invocation image, `REGISTRY/NAME@DIGEST`. */
  image: z.string(),
  /** Each image that the bundle names, to where it is in the registry. */
  relocation: z.record(z.string(), z.string()),
  /** Of its images: how many blobs went over the wire, were taken from another repository of the registry, or were there already. */
  blobs: z.object({ sent: z.int(), mounted: z.int(), present: z.int() }),
  /** Bytes of blobs that went over the wire. */
  sentBytes: z.int().nonnegative(),
});
export type PublishedBundle = z.infer<typeof PublishedBundle>;

/** An output as clients see it. A sensitive value is there only when it was asked for. */
export const OutputValue = z.object({
  name: z.string(),
  type: z.string(),
  sensitive: z.boolean(),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** Text of at most 64 KiB; absent when it is sensitive, longer, or not UTF-8: `output.show` gives it whole. */
  value: z.string().exactOptional(),
});
export type OutputValue = z.infer<typeof OutputValue>;

/** What a finished run left. Absent parts: the run was not recorded, or never started. */
export const FinishedRun = z.object({
  runId: z.string(),
  endpoint: z.string(),
  exitCode: z.int().exactOptional(),
  /** Endpoints that were not chosen to run with, and what each lacks. */
  passedOver: z.array(PassedOver).exactOptional(),
  outputs: z.array(OutputValue),
  recorded: z.boolean(),
});
export type FinishedRun = z.infer<typeof FinishedRun>;

/** How an operation ended. */
export const OperationOutcome = z.object({
  operation: Operation,
  build: BuiltBundle.exactOptional(),
  publish: PublishedBundle.exactOptional(),
  run: FinishedRun.exactOptional(),
});
export type OperationOutcome = z.infer<typeof OperationOutcome>;
