import { setTimeout as delay } from "node:timers/promises";
import type { Operation } from "@gantry/protocol";
import { Fault } from "../fault.ts";
import { toFailure } from "../to-failure.ts";
import type { OperationContext, Work } from "./operations.ts";

/** How an operation ended; `undefined` when it goes on without us. */
export type Ending = Pick<Operation, "status" | "failure"> | undefined;

/** Milliseconds that work has to end by itself once it was asked to. A driver that hangs must hold nobody up. */
const PATIENCE_MS = { leaving: 4_000, killed: 5_000 } as const;
/** Milliseconds more for work that gives up on a part of its own, to write down how that ended. */
const CLOSING_MS = 2_000;

/** The reason of a cancel that only means that this daemon leaves. */
export class Leaving extends Error {
  override readonly name = "Leaving";
}

export function isLeaving(reason: unknown): boolean {
  return reason instanceof Leaving;
}

/** Work that an earlier daemon began and that cannot be taken up again. */
export class Interrupted extends Fault {
  constructor(kind: string) {
    super("canceled", `The daemon ended in the middle of the ${kind}.`, {
      hint: "Start it again.",
    });
  }
}

/** Carries out work and says how it ended. Never rejects. */
export async function attempt(
  work: Work,
  context: OperationContext,
  onDefect: (error: unknown) => void,
): Promise<Ending> {
  try {
    await orGiveUp(context, work(context), CLOSING_MS);
    return { status: "succeeded" };
  } catch (error) {
    if (isLeaving(error) || isLeaving(context.signal.reason)) return undefined;
    return endingOf(error, context, onDefect);
  }
}

/** The result of `work`; rejects when it does not end although it was told to: at the second cancel, or because we leave. */
export async function orGiveUp<Result>(
  context: Pick<OperationContext, "signal" | "killSignal">,
  work: Promise<Result>,
  moreMs = 0,
): Promise<Result> {
  const done = new AbortController();
  // It may fail long after we gave up on it.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, givenUp(context, done.signal, moreMs)]);
  } finally {
    done.abort();
  }
}

function endingOf(
  error: unknown,
  { signal }: OperationContext,
  onDefect: (error: unknown) => void,
): NonNullable<Ending> {
  const failure = toFailure(signal.aborted && isAbort(error, signal) ? canceled() : error);
  if (failure === undefined) {
    onDefect(error);
    return { status: "failed", failure: defect(error) };
  }
  const stopped = error instanceof Interrupted ? "interrupted" : "canceled";
  return { status: failure.code === "canceled" ? stopped : "failed", failure };
}

/** What a program throws that looks at its signal itself. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}

function canceled(): Fault {
  return new Fault("canceled", "The operation was cancelled.", { hint: "Start it again." });
}

function defect(error: unknown): NonNullable<Operation["failure"]> {
  const message = `Something went wrong inside gantryd: ${error instanceof Error ? error.message : "unknown"}`;
  return { code: "internal", message, hint: "See gantryd.log in GANTRY_HOME, and report it." };
}

async function givenUp(
  { signal, killSignal }: Pick<OperationContext, "signal" | "killSignal">,
  done: AbortSignal,
  moreMs: number,
): Promise<never> {
  await Promise.race([aborted(killSignal, done), leaving(signal, done)]);
  const patienceMs = isLeaving(signal.reason) ? PATIENCE_MS.leaving : PATIENCE_MS.killed;
  await delay(patienceMs + moreMs, undefined, { signal: done }).catch(() => undefined);
  if (isLeaving(signal.reason)) throw signal.reason;
  throw new Fault("canceled", "The operation was cancelled, but its driver does not react.", {
    hint: "Look at the engine: what the driver started may go on. See `gantry drivers doctor`.",
  });
}

async function leaving(signal: AbortSignal, done: AbortSignal): Promise<void> {
  await aborted(signal, done);
  if (!isLeaving(signal.reason)) await aborted(done, done);
}

function aborted(signal: AbortSignal, done: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), {
      once: true,
      ...(signal === done ? {} : { signal: done }),
    }),
  );
}
