import type { Driver } from "../driver.ts";
import { type Case, inapplicability } from "./case.ts";
import { CASES } from "./cases.ts";
import type { DriverFixture, TestImage } from "./fixture.ts";

const CASE_TIMEOUT_MS = 60_000;

/** What became of one case. */
export type CaseReport =
  | { readonly id: string; readonly title: string; readonly verdict: "passed" }
  | {
      readonly id: string;
      readonly title: string;
      readonly verdict: "not-applicable";
      readonly reason: string;
    }
  | {
      readonly id: string;
      readonly title: string;
      readonly verdict: "failed";
      readonly error: unknown;
    };

/** A driver under test: one connection and its test image, let go when disposed. */
export class Bench implements AsyncDisposable {
  readonly driver: Driver;
  readonly #fixture: DriverFixture;
  #image: Promise<TestImage> | undefined;

  private constructor(driver: Driver, fixture: DriverFixture) {
    this.driver = driver;
    this.#fixture = fixture;
  }

  /** Connects; the test image is made when the first case needs it. */
  static async open(fixture: DriverFixture): Promise<Bench> {
    return new Bench(await fixture.connect(), fixture);
  }

  /** Carries out `one`; an assertion error is a verdict, not an exception. */
  async report(one: Case): Promise<CaseReport> {
    const { id, title } = one;
    const reason = inapplicability(one, this.driver, this.#fixture);
    if (reason !== undefined) return { id, title, verdict: "not-applicable", reason };
    try {
      await this.#carryOut(one);
      return { id, title, verdict: "passed" };
    } catch (error) {
      return { id, title, verdict: "failed", error };
    }
  }

  async #carryOut(one: Case): Promise<void> {
    const signal = AbortSignal.timeout(this.#fixture.timeoutMs ?? CASE_TIMEOUT_MS);
    const image = one.requires.facet === "run" ? await this.#testImage() : undefined;
    await using cleanup = new AsyncDisposableStack();
    await one.run({ driver: this.driver, fixture: this.#fixture, image, signal, cleanup });
  }

  #testImage(): Promise<TestImage | undefined> {
    const signal = AbortSignal.timeout(5 * CASE_TIMEOUT_MS);
    this.#image ??= this.#fixture.testImage?.(this.driver, signal);
    return this.#image ?? Promise.resolve(undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.driver[Symbol.asyncDispose]();
  }
}

/**
 * Puts a driver through every case, one after the other.
 *
 * @yields each verdict as it falls
 */
export async function* verifyDriver(
  fixture: DriverFixture,
  signal: AbortSignal,
): AsyncGenerator<CaseReport> {
  await using bench = await Bench.open(fixture);
  for (const one of CASES) {
    if (signal.aborted) return;
    yield await bench.report(one);
  }
}
