import { defineMethod } from "@gantry/rpc";
import {
  BuildCapabilities,
  Image,
  ImageRef,
  ObservedRun,
  Probe,
  RunCapabilities,
  RunOutcome,
  WorkEvent,
} from "@gantry/reports";
import { z } from "zod";
import {
  BuildParams,
  BuildResultWire,
  EnvironmentEntryWire,
  OutputPieceWire,
  PushedImageWire,
  RunEventWire,
  RunSpecWire,
  TerminalSizeWire,
} from "./shapes.ts";

/** Version of the driver protocol. A host refuses a driver that does not speak it. */
export const DRIVER_PROTOCOL = 1;

export const ImageVerb = z.enum(["tag", "remove", "pull", "push", "exportTo", "importFrom"]);

export const driverDescribe = defineMethod({
  name: "driver.describe",
  summary:
    "Says what the driver is. The first call on a connection; needs no engine and does no I/O.",
  params: z.object({}),
  result: z.object({
    protocols: z.array(z.int()).min(1),
    name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
    version: z.string().min(1).max(64),
    optionsSchema: z.record(z.string(), z.unknown()),
  }),
});

export const driverInitialize = defineMethod({
  name: "driver.initialize",
  summary:
    "Configures the driver, once. Contacts no engine. What is absent in `facets` the driver cannot do.",
  params: z.object({
    protocol: z.int(),
    options: z.record(z.string(), z.unknown()),
    stateDir: z.string().min(1),
    contentDir: z.string().min(1),
  }),
  result: z.object({
    facets: z.object({
      build: BuildCapabilities.exactOptional(),
      run: RunCapabilities.exactOptional(),
      images: z.array(ImageVerb).exactOptional(),
    }),
  }),
});

export const driverProbe = defineMethod({
  name: "driver.probe",
  summary: "Asks the engine how it is. An engine that is away is an answer, not an error.",
  params: z.object({}),
  result: Probe,
});

export const driverShutdown = defineMethod({
  name: "driver.shutdown",
  summary: "Lets go of everything but the workloads. The driver then exits when its input ends.",
  params: z.object({}),
  result: z.object({}),
});

export const secretRead = defineMethod({
  name: "secret.read",
  summary: "A method of the host's: the value behind a secret handle of a build under way, base64.",
  params: z.object({ handle: z.string().min(1) }),
  result: z.object({ value: z.base64() }),
});

export const secretNamed = defineMethod({
  name: "secret.named",
  summary:
    "A method of the host's: the value of a secret of the operator's, base64; only of names that the driver was granted.",
  params: z.object({ name: z.string().min(1).max(200) }),
  result: z.object({ value: z.base64() }),
});

export const buildStart = defineMethod({
  name: "build.start",
  summary: "Builds an image, saying step by step what happens. Cancelling stops the engine's work.",
  params: BuildParams,
  progress: WorkEvent,
  result: BuildResultWire,
});

const Ref = z.object({ ref: ImageRef });
const Transfer = {
  platform: z.string().exactOptional(),
  insecureRegistries: z.array(z.string()).default([]),
};

export const imageInspect = defineMethod({
  name: "image.inspect",
  summary: "The image in the engine's store; null when it is not there.",
  params: Ref,
  result: z.object({ image: Image.nullable() }),
});
export const imageTag = defineMethod({
  name: "image.tag",
  summary: "Gives an image another name.",
  params: Ref.extend({ reference: z.string().min(1) }),
  result: z.object({}),
});
export const imageRemove = defineMethod({
  name: "image.remove",
  summary: "Removes a name or an image. One that is not there is done already.",
  params: Ref,
  result: z.object({}),
});
export const imagePull = defineMethod({
  name: "image.pull",
  summary: "Brings an image from a registry into the engine's store.",
  params: z.object({ reference: z.string().min(1), ...Transfer }),
  progress: WorkEvent,
  result: z.object({ image: Image }),
});
export const imagePush = defineMethod({
  name: "image.push",
  summary: "Puts an image into a registry under `reference`.",
  params: Ref.extend({ reference: z.string().min(1), ...Transfer }),
  progress: WorkEvent,
  result: PushedImageWire,
});
export const imageExport = defineMethod({
  name: "image.export",
  summary:
    "Adds an image to the OCI image layout in a directory; gives its manifest's digest there.",
  params: Ref.extend({ layoutDir: z.string().min(1) }),
  progress: WorkEvent,
  result: z.object({ digest: z.string() }),
});
export const imageImport = defineMethod({
  name: "image.import",
  summary:
    "Takes an image out of an OCI image layout into the engine's store; its id stays the same.",
  params: z.object({ layoutDir: z.string().min(1), digest: z.string() }),
  progress: WorkEvent,
  result: z.object({ image: Image }),
});

const TerminalId = z.string().regex(/^[0-9A-Za-z]{1,64}$/);
const RunId = z.object({ id: z.string().regex(/^[0-9A-Za-z]{1,64}$/) });

export const runHandles = defineMethod({
  name: "run.handles",
  summary: "Whether images of a CNAB imageType can be run.",
  params: z.object({ imageType: z.string() }),
  result: z.object({ handles: z.boolean() }),
});
export const runStart = defineMethod({
  name: "run.start",
  summary:
    "Starts a run; returns once the engine has accepted it. Leaves nothing behind when it fails.",
  params: RunSpecWire,
  result: z.object({}),
});
export const runRecover = defineMethod({
  name: "run.recover",
  summary: "Whether the engine knows the run, also one that an earlier process started.",
  params: RunId,
  result: z.object({ found: z.boolean() }),
});
export const runEvents = defineMethod({
  name: "run.events",
  summary: "What the run printed after `cursor`, then what it prints until it ends.",
  params: RunId.extend({ cursor: z.string().max(200).exactOptional() }),
  progress: RunEventWire,
  result: z.object({}),
});
export const runOutcome = defineMethod({
  name: "run.outcome",
  summary: "Waits for the end of the run.",
  params: RunId,
  result: RunOutcome,
});
export const runOutputs = defineMethod({
  name: "run.outputs",
  summary:
    "The regular files below the outputs directory, sorted by path, in pieces of at most 64 KiB.",
  params: RunId,
  progress: OutputPieceWire,
  result: z.object({}),
});
export const runObserve = defineMethod({
  name: "run.observe",
  summary: "What the run is as the engine shows it; of drivers that declare `observe`.",
  params: RunId,
  result: ObservedRun,
});
export const runTerminal = defineMethod({
  name: "run.terminal",
  summary:
    "Starts a program on a terminal beside the run's own: `started` once it has been, then what it prints. Lasts as long as the program; cancelling hangs up.",
  params: RunId.extend({
    terminal: TerminalId,
    command: z.array(z.string()).min(1),
    environment: z.array(EnvironmentEntryWire),
    size: TerminalSizeWire,
  }),
  progress: z.union([z.object({ started: z.literal(true) }), z.object({ data: z.base64() })]),
  result: RunOutcome,
});
export const terminalWrite = defineMethod({
  name: "terminal.write",
  summary: "Types into a terminal. Bytes for a program that has ended are dropped.",
  params: z.object({ terminal: TerminalId, data: z.base64() }),
  result: z.object({}),
});
export const terminalResize = defineMethod({
  name: "terminal.resize",
  summary: "Changes the size of a terminal.",
  params: z.object({ terminal: TerminalId, size: TerminalSizeWire }),
  result: z.object({}),
});
export const runStop = defineMethod({
  name: "run.stop",
  summary: "SIGTERM, then SIGKILL after `graceMs`. Returns once the run has ended. Twice is fine.",
  params: RunId.extend({ graceMs: z.int().nonnegative() }),
  result: z.object({}),
});
export const runRemove = defineMethod({
  name: "run.remove",
  summary: "Kills the run when it still runs and removes every trace. Twice is fine.",
  params: RunId,
  result: z.object({}),
});
export const runEngineSocket = defineMethod({
  name: "run.engineSocket",
  summary:
    "Where the engine's own Docker-compatible socket is on this machine. Served with the feature engine-socket.",
  params: z.object({}),
  result: z.object({ path: z.string().startsWith("/") }),
});
export const runSweep = defineMethod({
  name: "run.sweep",
  summary: "Removes the owner's runs that are not in `keep`.",
  params: z.object({ owner: z.string().min(1), keep: z.array(z.string()) }),
  result: z.object({ removed: z.array(z.string()) }),
});

/** Every method that a driver serves, in the order of the generated document. */
export const DRIVER_METHODS = [
  driverDescribe,
  driverInitialize,
  driverProbe,
  driverShutdown,
  buildStart,
  imageInspect,
  imageTag,
  imageRemove,
  imagePull,
  imagePush,
  imageExport,
  imageImport,
  runHandles,
  runStart,
  runRecover,
  runEvents,
  runOutcome,
  runOutputs,
  runObserve,
  runTerminal,
  terminalWrite,
  terminalResize,
  runStop,
  runRemove,
  runEngineSocket,
  runSweep,
] as const;
