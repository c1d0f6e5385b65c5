import { CASES } from "./cases.ts";
import type { DriverFixture } from "./fixture.ts";
import { Bench } from "./verify.ts";

/** The part of vitest that the suite uses; the caller passes `import * as vitest from "vitest"`. */
export interface TestRunner {
  describe(name: string, declare: () => void): void;
  it(
    name: string,
    run: (test: { skip(reason: string): unknown }) => Promise<void>,
    timeoutMs: number,
  ): void;
  beforeAll(run: () => Promise<void>): void;
  afterAll(run: () => Promise<void>): void;
}

/** Declares every case of the suite as a test. Cases that do not apply are skipped, and printed with their reasons. */
export function describeDriver(fixture: DriverFixture, runner: TestRunner): void {
  const timeoutMs = (fixture.timeoutMs ?? 60_000) + 5_000;
  runner.describe(`driver contract: ${fixture.name}`, () => {
    const open = new AsyncDisposableStack();
    const skipped = new Map<string, string[]>();
    const opened = Promise.withResolvers<Bench>();
    runner.beforeAll(async () => opened.resolve(open.use(await Bench.open(fixture))));
    runner.afterAll(async () => {
      await open.disposeAsync();
      printSkipped(fixture.name, skipped);
    });
    for (const one of CASES) {
      runner.it(
        `${one.id}: ${one.title}`,
        async (test) => {
          const report = await (await opened.promise).report(one);
          if (report.verdict === "failed") throw report.error;
          if (report.verdict === "passed") return;
          skipped.set(report.reason, [...(skipped.get(report.reason) ?? []), one.id]);
          test.skip(report.reason);
        },
        timeoutMs,
      );
    }
  });
}

function printSkipped(name: string, skipped: ReadonlyMap<string, readonly string[]>): void {
  const lines = [...skipped].map(([reason, ids]) => `  ${reason}: ${ids.join(" ")}\n`);
  if (lines.length === 0) return;
  process.stderr.write(`driver contract: ${name}: not applicable:\n${lines.join("")}`);
}
