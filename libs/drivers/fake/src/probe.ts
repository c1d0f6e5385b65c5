import type { Probe } from "@gantry/reports";
import type { FakeOptions } from "./options.ts";

/** The state that the options ask for. */
export function fakeProbe({ probe }: FakeOptions): Probe {
  return probe;
}
