import { Fault } from "../fault.ts";

/** The result of `work`, or `timeout` when a driver that hangs never answers; an abort alone would not end the wait. */
export async function within<Result>(
  work: Promise<Result>,
  { ms, what }: { readonly ms: number; readonly what: string },
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLate(what, ms)), ms);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A signal that is aborted with `signal`, or after a time. Cheaper than a composite one, and gone once disposed of. */
export function limited(
  signal: AbortSignal,
  ms: number,
): Disposable & { readonly signal: AbortSignal } {
  const abort = new AbortController();
  const pass = (): void => abort.abort(signal.reason);
  const timer = setTimeout(() => abort.abort(new DOMException("too late", "TimeoutError")), ms);
  if (signal.aborted) pass();
  signal.addEventListener("abort", pass, { once: true });
  return {
    signal: abort.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener("abort", pass);
    },
  };
}

function tooLate(what: string, ms: number): Fault {
  return new Fault("timeout", `${what} did not answer within ${ms / 1000} s.`, {
    hint: "Restart its engine, and the daemon with `gantry daemon stop --force`.",
  });
}
