import type { CaseReport } from "../verify.ts";
import { HOST_CASES } from "./cases.ts";
import { RawDriver, type DriverProgram } from "./raw-driver.ts";

/** Makes a program ready to be started once. Disposing of it takes away what was made for it. */
export type PrepareProgram = () => Promise<DriverProgram & AsyncDisposable>;

/**
 * Puts a driver's program through what a host can do to it, each case in a process of its own.
 *
 * @yields each verdict as it falls
 */
export async function* verifyAgainstHost(
  prepare: PrepareProgram,
  signal: AbortSignal,
): AsyncGenerator<CaseReport> {
  for (const one of HOST_CASES) {
    if (signal.aborted) return;
    const { id, title } = one;
    try {
      await using program = await prepare();
      await using driver = await RawDriver.start(program);
      await one.run(driver);
      yield { id, title, verdict: "passed" };
    } catch (error) {
      yield { id, title, verdict: "failed", error };
    }
  }
}
