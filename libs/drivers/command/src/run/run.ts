import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Run, type RunFacet, runNeeds, type RunSpec } from "@gantry/driver-api";
import type { RunFeature } from "@gantry/reports";
import type { CommandEngine } from "../command-engine.ts";
import { CommandRun } from "./command-run.ts";
import { runEnvironment } from "./environment.ts";
import { canceled, toDriverError, unsupported } from "../errors.ts";
import { toOperation } from "./operation.ts";
import type { CommandOptions } from "../options.ts";
import { identify } from "./process-identity.ts";
import { allRuns, RunDirectory } from "./run-directory.ts";

const FEATURES: readonly RunFeature[] = ["network-default", "recover"];

/** What the run facet works with. */
export interface RunParts {
  readonly engine: CommandEngine;
  readonly options: CommandOptions;
  readonly host: Readonly<Record<string, string | undefined>>;
  readonly runsDir: string;
  readonly platform: string;
}

/** The run facet: hands each run to the executable as an operation. */
export function commandRuns(parts: RunParts): RunFacet {
  const { engine, runsDir, platform } = parts;
  return {
    capabilities: { platforms: [platform], features: [...FEATURES] },
    handles: async (imageType, signal) => (await engine.imageTypes(signal)).includes(imageType),
    start: (spec, signal) => start(spec, parts, signal),
    recover: (id) => recover(runsDir, id),
    async sweep(owner, keep, signal) {
      const all = await allRuns(runsDir);
      const gone = all.filter((each) => each.owner === owner && !keep.includes(each.id));
      for (const { id } of gone) await (await recover(runsDir, id))?.remove(signal);
      return gone.map(({ id }) => id);
    },
  };
}

async function start(spec: RunSpec, parts: RunParts, signal: AbortSignal): Promise<Run> {
  const { engine, runsDir } = parts;
  const need = runNeeds(spec).find((each) => !FEATURES.includes(each));
  if (need !== undefined) throw unsupported(need);
  if (signal.aborted) throw canceled();
  await engine.find();
  const { id, owner, outputsDir } = spec;
  const record = { id, owner, outputsDir };
  const directory = await RunDirectory.create(runsDir, record);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => directory.remove());
  try {
    await mkdir(join(directory.outputs, outputsDir), { recursive: true });
    const env = runEnvironment(spec, directory.outputs, parts);
    const operation = JSON.stringify(toOperation(spec));
    const process = await engine.start(operation, directory, env);
    const run = new CommandRun(directory, { ...record, process });
    undo.defer(() => run.remove(AbortSignal.timeout(5_000)));
    await directory.write({ ...record, process });
    if (signal.aborted) throw canceled();
    undo.move();
    return run;
  } catch (error) {
    throw toDriverError(error);
  }
}

async function recover(runsDir: string, id: string): Promise<Run | undefined> {
  const directory = new RunDirectory(join(runsDir, id));
  const record = await directory.read();
  if (record === undefined) return undefined;
  if (record.process !== undefined) return new CommandRun(directory, record);
  const leader = await directory.leader();
  const process = leader === undefined ? undefined : await identify(leader);
  return new CommandRun(directory, process === undefined ? record : { ...record, process });
}
