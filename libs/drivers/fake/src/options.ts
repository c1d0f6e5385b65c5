import { DRIVER_ERROR_CODES } from "@gantry/driver-api";
import { BuildFeature, ObservedRun, Probe, RunFeature } from "@gantry/reports";
import { z } from "zod";
import { invalidOptions } from "./errors.ts";
import { Script } from "./script/script.ts";

/** A call that can be made to fail or to take its time. */
const Verb = z.enum(["build", "start", "inspect", "observe", "export", "import"]);
export type Verb = z.infer<typeof Verb>;

const Failure = z.strictObject({
  code: z.enum(DRIVER_ERROR_CODES),
  message: z.string().default("The fake driver was told to fail."),
});

const { shape } = ObservedRun;

/** What a run is made instead of what was asked for. */
const LIE = z.strictObject({
  privileged: shape.privileged.exactOptional(),
  capabilities: shape.capabilities.exactOptional(),
  networks: shape.networks.exactOptional(),
  mounts: shape.mounts.exactOptional(),
  engineSocket: shape.engineSocket.exactOptional(),
  engineSocketSource: shape.engineSocketSource,
  environment: shape.environment.exactOptional(),
  imageId: shape.imageId,
  user: shape.user,
});

/** The options of an endpoint of the fake driver. Everything has a default. */
export const FakeOptions = z.strictObject({
  /** What every program does that no other rule speaks of. */
  script: Script.default([{ print: "fake run\n", to: "stdout" }]),
  /** Scripts by image: its reference, id, digest or a label value `fake.script=NAME`. */
  scripts: z.record(z.string(), Script).default({}),
  /** Milliseconds that a call waits before it does anything. */
  delaysMs: z.partialRecord(Verb, z.number().nonnegative()).default({}),
  /** Calls that fail, after their delay. */
  failures: z.partialRecord(Verb, Failure).default({}),
  probe: Probe.default({ state: "ready", engine: "fake", problems: [] }),
  platform: z.string().default("linux/amd64"),
  buildFeatures: z
    .array(BuildFeature)
    .default(["build-args", "labels", "no-cache", "pull", "target"]),
  runFeatures: z.array(RunFeature).default(["network-default", "observe", "recover"]),
  /** What it makes of a run, whatever was asked for: a driver that does not keep to the spec. */
  observed: LIE.default({}),
  imageTypes: z.array(z.string()).default(["docker", "oci"]),
  /** Which facets there are. */
  facets: z.array(z.enum(["build", "run"])).default(["build", "run"]),
});
export type FakeOptions = z.output<typeof FakeOptions>;

/** Reads an endpoint's options. Throws `DriverError` with code `invalid-options`. */
export function readOptions(options: Readonly<Record<string, unknown>>): FakeOptions {
  const parsed = FakeOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalidOptions(`Options of the fake driver: ${issues.join("; ")}.`);
}
