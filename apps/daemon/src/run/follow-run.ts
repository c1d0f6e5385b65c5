import type { Run } from "@gantry/driver-api";
import type { RunOutcome } from "@gantry/reports";
import { isLeaving } from "../operations/attempt.ts";
import type { OperationContext } from "../operations/operations.ts";
import { Masker } from "./masker.ts";

export interface Follow {
  readonly context: OperationContext;
  readonly secrets: readonly string[];
  readonly graceSeconds: number;
}

/** How a followed run ended. */
export interface Followed {
  readonly outcome: RunOutcome;
  readonly canceled: boolean;
}

/** Passes a run's events on until it ends; a cancel stops it: asked, given its grace, killed. Throws `Leaving` when the daemon leaves: the run goes on. */
export async function followRun(run: Run, options: Follow): Promise<Followed> {
  const { context } = options;
  const end = new AbortController();
  const stopping = stopOnCancel(run, options, end);
  try {
    await passOn(run, options, end.signal);
    const outcome = await run.outcome(end.signal);
    return { outcome, canceled: context.signal.aborted };
  } catch (error) {
    // We leave, or the stop failed: what then comes of following the run follows from that.
    if (end.signal.aborted) throw end.signal.reason;
    throw error;
  } finally {
    stopping.dispose();
    await stopping.done;
  }
}

async function passOn(run: Run, { context, secrets }: Follow, signal: AbortSignal): Promise<void> {
  const masker = new Masker(secrets);
  let last: string | undefined;
  for await (const { cursor, event } of run.events(context.cursor, signal)) {
    last = cursor;
    if (event.kind !== "log") {
      await context.report("run", event, cursor);
      continue;
    }
    const text = masker.push(event.stream, event.text);
    if (text !== "") await context.report("run", { ...event, text }, cursor);
  }
  for (const stream of ["stdout", "stderr"] as const) {
    const text = masker.end(stream);
    if (text !== "") await context.report("run", { kind: "log", stream, text }, last);
  }
}

function stopOnCancel(
  run: Run,
  { context, graceSeconds }: Follow,
  end: AbortController,
): { readonly done: Promise<void>; dispose(): void } {
  const { signal, killSignal } = context;
  const settled = Promise.withResolvers<void>();
  const cancel = (): void => {
    if (isLeaving(signal.reason)) {
      end.abort(signal.reason);
      settled.resolve();
    } else {
      stop(run, { graceMs: graceSeconds * 1000, killSignal }).then(
        settled.resolve,
        (error: unknown) => {
          end.abort(error);
          settled.resolve();
        },
      );
    }
  };
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  return {
    done: settled.promise,
    dispose() {
      signal.removeEventListener("abort", cancel);
      if (!signal.aborted) settled.resolve();
    },
  };
}

async function stop(
  run: Run,
  { graceMs, killSignal }: { graceMs: number; killSignal: AbortSignal },
): Promise<void> {
  const never = new AbortController().signal;
  const kill = new Promise<void>((resolve) => {
    if (killSignal.aborted) resolve();
    killSignal.addEventListener("abort", () => resolve(), { once: true });
  });
  const asked = run.stop({ graceMs, signal: never });
  const first = await Promise.race([
    asked.then(() => "stopped" as const),
    kill.then(() => "kill" as const),
  ]);
  if (first === "kill") await run.stop({ graceMs: 0, signal: never });
  await asked;
}
