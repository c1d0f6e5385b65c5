import { setTimeout as delay } from "node:timers/promises";
import { canceled, scripted } from "./errors.ts";
import type { FakeOptions, Verb } from "./options.ts";

/** Waits; throws `canceled` at once when `signal` aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw canceled();
  if (ms <= 0) return;
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw canceled();
  }
}

/** Takes the time and makes the failure that the options ask of a call. */
export async function enter(verb: Verb, options: FakeOptions, signal: AbortSignal): Promise<void> {
  await pause(options.delaysMs[verb] ?? 0, signal);
  const failure = options.failures[verb];
  if (failure !== undefined) throw scripted(failure.code, failure.message);
}
