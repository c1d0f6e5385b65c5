import type { Run, RunEvent, RunFacet } from "@gantry/driver-api";
import { RunFeature } from "@gantry/reports";
import { canceled, runConflict } from "./errors.ts";
import { describePlan } from "./plan.ts";

/** A run that has been shown, while somebody may still read it. */
interface Shown {
  readonly id: string;
  readonly owner: string;
  readonly lines: readonly string[];
}

/** The run facet: prints what would be run. Nothing is started, written to disk or kept beyond this process. */
export function debugRuns(options: { readonly showFiles: boolean }, platform: string): RunFacet {
  const runs = new Map<string, Shown>();
  return {
    capabilities: {
      dryRun: true,
      platforms: [platform],
      features: RunFeature.options.filter((feature) => feature !== "recover"),
    },
    handles: async () => true,
    async start(spec, signal) {
      if (signal.aborted) throw canceled();
      if (runs.has(spec.id)) throw runConflict(spec.id);
      const lines = describePlan(spec, options).match(/.*\n/g) ?? [];
      const shown = { id: spec.id, owner: spec.owner, lines };
      runs.set(spec.id, shown);
      return toRun(shown, runs);
    },
    async recover(id) {
      const shown = runs.get(id);
      return shown === undefined ? undefined : toRun(shown, runs);
    },
    async sweep(owner, keep) {
      const all = [...runs.values()];
      const gone = all.filter((each) => each.owner === owner && !keep.includes(each.id));
      for (const { id } of gone) runs.delete(id);
      return gone.map(({ id }) => id);
    },
  };
}

function toRun({ id, lines }: Shown, runs: Map<string, Shown>): Run {
  return {
    id,
    events: (cursor) => eventsAfter(lines, cursor),
    outcome: async () => ({ kind: "exited", exitCode: 0, outOfMemory: false }),
    async *outputs() {
      // A plan has no outputs.
    },
    async stop() {
      // It has ended already.
    },
    async remove() {
      runs.delete(id);
    },
    async [Symbol.asyncDispose]() {
      // Nothing is held open.
    },
  };
}

async function* eventsAfter(
  lines: readonly string[],
  cursor: string | undefined,
): AsyncGenerator<RunEvent> {
  const from = cursor === undefined ? 0 : Number(cursor) + 1;
  for (const [index, text] of lines.entries()) {
    if (index < from) continue;
    yield { cursor: String(index), event: { kind: "log", stream: "stdout", text } };
  }
}
