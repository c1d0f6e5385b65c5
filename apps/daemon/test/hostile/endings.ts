import { type Attack, harmless, QUARANTINE } from "./attack.ts";

/** Where nothing has been recorded yet. */
const BEFORE = ["driver.describe", "driver.initialize", "run.handles"] as const;
/** Where the run is found again by the next process, until there is none. */
const FOLLOWED = ["run.events", "run.outcome"] as const;

type Verb = "crash" | "kill";

/** The process ends at each step of the protocol. */
export function ended(attack: Verb, verb: string): Attack[] {
  return [
    ...endedBefore(attack, verb),
    ...endedDuring(attack, verb),
    ...endedElsewhere(attack, verb),
  ];
}

const LOST = { ask: "install", status: "failed", says: "", code: "driver-lost" } as const;

function endedBefore(attack: Verb, verb: string): Attack[] {
  const outcome = "the action fails before it begins; nothing is recorded";
  return BEFORE.map((at) => ({
    ...LOST,
    play: `${attack}@${at}`,
    does: `${verb} at \`${at}\``,
    outcome,
  }));
}

function endedDuring(attack: Verb, verb: string): Attack[] {
  const found = "the next process finds the run again; nothing is lost or told twice";
  return [
    ...FOLLOWED.map((at) => always(attack, { at, does: `${verb} at \`${at}\`, each time` })),
    {
      ...always(attack, { at: "run.stop", does: `${verb} at \`run.stop\`, each time` }),
      ask: "cancel",
    },
    ...FOLLOWED.map((at) => harmless(`${attack}-once@${at}`, `${verb} at \`${at}\`, once`, found)),
  ];
}

function always(
  attack: Verb,
  { at, does }: { readonly at: string; readonly does: string },
): Attack {
  const outcome = `recorded as unknown; ${QUARANTINE}`;
  const code = "driver-quarantined";
  return { ...LOST, play: `${attack}@${at}`, does, outcome, code, claim: "unknown" };
}

function endedElsewhere(attack: Verb, verb: string): Attack[] {
  const unknown = { ...LOST, claim: "unknown" } as const;
  return [
    harmless(`${attack}@run.sweep`, `${verb} at \`run.sweep\``, "swept later; the run goes on"),
    {
      ...unknown,
      play: `${attack}@run.start`,
      does: `${verb} at \`run.start\``,
      outcome: "the action fails, recorded as unknown; swept before the next run",
    },
    {
      ...unknown,
      play: `${attack}@run.outputs`,
      does: `${verb} at \`run.outputs\``,
      outcome: "the action fails, recorded as unknown",
    },
    harmless(
      `${attack}@run.remove`,
      `${verb} at \`run.remove\`, each time`,
      "recorded as it ended, with a warning; swept before the next run",
    ),
    {
      ...LOST,
      ask: "build",
      play: `${attack}@build.start`,
      does: `${verb} at \`build.start\``,
      outcome: "the build fails",
    },
  ];
}

function hung(at: string, fields: Partial<Attack>): Attack {
  return {
    play: `hang@${at}`,
    does: `hangs at \`${at}\``,
    outcome: "timed out; its process gets no more work and is stopped",
    ask: "install",
    status: "failed",
    code: "timeout",
    says: at,
    ...fields,
  };
}

/** It never answers. */
export const HANGS: readonly Attack[] = [
  hung("driver.describe", {
    says: "did not",
    outcome: "timed out after 10 s; nothing is recorded",
  }),
  hung("driver.initialize", {
    says: "did not",
    outcome: "timed out after 10 s; nothing is recorded",
  }),
  hung("run.handles", { says: "did not answer", outcome: "timed out; nothing is recorded" }),
  hung("run.start", {
    ask: "cancel",
    status: "canceled",
    code: "canceled",
    says: "did not react",
    claim: "canceled",
    outcome: "waited for until it is cancelled, and then let go; swept before the next run",
  }),
  { ...harmless("hang@run.sweep", "hangs at `run.sweep`", "timed out; the run goes on") },
  { ...harmless("hang@run.remove", "hangs at `run.remove`", "timed out; recorded as it ended") },
  hung("build.start", {
    ask: "build",
    status: "canceled",
    code: "canceled",
    says: "did not react",
    outcome: "waited for until it is cancelled, and then let go",
  }),
];
