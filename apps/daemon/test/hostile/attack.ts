/** One thing that a hostile driver does, what comes of it, and how the test sees it. docs/hostile-drivers.md is printed from these. */
export interface Attack {
  /** The first argument of `driver.ts`. */
  readonly play: string;
  readonly does: string;
  /** For the page. */
  readonly outcome: string;
  /** What is asked of it: an install, an install that is cancelled once it printed, a build, or a run with a filtered engine. */
  readonly ask: "install" | "cancel" | "build" | "hand-off" | "engine";
  readonly status: "succeeded" | "failed" | "canceled";
  /** The error that the user gets. */
  readonly code?: string;
  readonly says?: string;
  /** What is recorded of the installation; absent when nothing may be. */
  /** The log of a run that succeeds, where it is another one than that of every run. */
  readonly log?: string;
  readonly claim?: "succeeded" | "failed" | "unknown" | "canceled";
}

export const refused = (play: string, does: string, says: string): Attack => ({
  play,
  does,
  outcome: "refused before it is configured; nothing is recorded",
  ask: "install",
  status: "failed",
  code: "protocol",
  says,
});
export const broken = (play: string, does: string, says: string, outcome: string): Attack => ({
  play,
  does,
  outcome,
  ask: "install",
  status: "failed",
  code: "protocol",
  says,
  claim: "unknown",
});
export const harmless = (play: string, does: string, outcome: string): Attack => ({
  play,
  does,
  outcome,
  ask: "install",
  status: "succeeded",
  claim: "succeeded",
});
export const QUARANTINE =
  "its runs are looked for by the next process; quarantined after 5 crashes";
/** What ends the process each time, until there is no next one. */
export const giveUp = (play: string, does: string, says: string, outcome: string): Attack => ({
  ...broken(play, does, says, `${outcome}; ${QUARANTINE}`),
  code: "driver-quarantined",
});
