import type { Probe } from "@gantry/reports";

/** Printing a plan needs no engine. */
export const READY: Probe = { state: "ready", engine: "none", problems: [] };
