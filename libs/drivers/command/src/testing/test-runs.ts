import type { Driver, Run, RunSpec } from "@gantry/driver-api";
import { commandDriver } from "../definition.ts";
import type { TestWorld } from "./test-world.ts";

/** Answers `--handles` as an executable must. */
export const HANDLES = 'if [ "$1" = --handles ]; then echo docker,oci; exit; fi';

/** Digest of the image that the test's runs ask for. */
export const DIGEST = `sha256:${"a".repeat(64)}`;

/** Variables of every run of the tests. */
export const ENVIRONMENT = {
  CNAB_ACTION: "install",
  CNAB_INSTALLATION_NAME: "wordpress",
  CNAB_REVISION: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
  LD_PRELOAD: "/evil.so",
};

/** A spec that asks for nothing special, with `part` over it. */
export function spec(id: string, part: Partial<RunSpec> = {}): RunSpec {
  return {
    id,
    owner: "home",
    labels: {},
    image: { digest: DIGEST },
    command: ["/cnab/app/run"],
    environment: Object.entries(ENVIRONMENT).map(([name, value]) => ({
      name,
      value,
      sensitive: false,
    })),
    files: [],
    outputsDir: "/cnab/app/outputs",
    mounts: [],
    network: "default",
    privileged: false,
    capabilities: [],
    engineSocket: false,
    ...part,
  };
}

/** The driver for `cnab-x` of `world`. */
export function create(world: TestWorld, options: Record<string, unknown> = {}): Driver {
  return commandDriver.create({ name: "X", path: world.bin, ...options }, world.context);
}

/** Starts a run. */
export async function start(driver: Driver, what: RunSpec): Promise<Run> {
  const run = await driver.run?.start(what, soon());
  if (run === undefined) throw new TypeError("the driver runs nothing");
  return run;
}

/** Starts a run, waits for its end, reads all of it and removes it. */
export async function finish(driver: Driver, what: RunSpec) {
  const run = await start(driver, what);
  const outcome = await run.outcome(soon());
  const pieces = await Array.fromAsync(run.outputs(soon()));
  const outputs = Object.fromEntries(
    pieces.map(({ path, data }) => [path, Buffer.from(data).toString()]),
  );
  const stdout = await textOf(run);
  await run.remove(soon());
  return { outcome, outputs, stdout };
}

/** Everything that a run printed. */
export async function textOf(run: Run): Promise<string> {
  const events = await Array.fromAsync(run.events(undefined, soon()));
  return events.map(({ event }) => event.text).join("");
}

/** Waits until a run has printed something. */
export async function firstLine(run: Run): Promise<string> {
  for await (const { event } of run.events(undefined, soon())) return event.text;
  return "";
}

/** Aborts what should long be over. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(15_000);
}
