import { join } from "node:path";
import type { Driver } from "@gantry/driver-api";
import {
  Bench,
  type CaseReport,
  CASES,
  type DriverFixture,
  verifyAgainstHost,
} from "@gantry/driver-api/conformance";
import { TempDir } from "@gantry/process";
import type { VerifiedCase } from "@gantry/protocol";
import { benchDriver } from "./bench.ts";
import { DriverUnderTest, type WayToStart } from "./driver-under-test.ts";
import { fixtureOf } from "./fixture.ts";
import { Transcript } from "./transcript.ts";

export interface VerifyRequest {
  readonly dir: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly base: string;
  readonly only: string;
  readonly bench: boolean;
  readonly way: WayToStart;
  /** Builds the test image. */
  readonly maker: () => Promise<Driver>;
}

interface Work {
  readonly signal: AbortSignal;
  report(one: VerifiedCase): Promise<void>;
}

/** What the whole run came to. */
export interface Verified {
  readonly driver: string;
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
  /** How it was started, and what was weaker about that than it could be. */
  readonly confinement: "confined" | "unconfined";
  readonly weaker: string[];
  readonly bench?: Record<string, number>;
}

/** Runs both suites against the package in `dir`, each case reported as it falls. */
export async function verifyDriver(request: VerifyRequest, work: Work): Promise<Verified> {
  await using dir = await TempDir.create("gantry-verify-");
  const stateDir = join(dir.path, "state");
  const context = { stateDir, contentDir: join(stateDir, "content") };
  const driver = await DriverUnderTest.read(request.dir, { ...request.way, ...context });
  const transcript = new Transcript();
  const maker = await request.maker();
  const fixture = fixtureOf({ ...request, driver, context, maker, transcript });
  const counts = { passed: 0, failed: 0, "not-applicable": 0 };
  for await (const one of verdicts({ driver, fixture, request, transcript }, work.signal)) {
    counts[one.verdict] += 1;
    await work.report(one);
  }
  work.signal.throwIfAborted();
  const { name, version } = driver.manifest;
  return {
    driver: name,
    version,
    passed: counts.passed,
    failed: counts.failed,
    notApplicable: counts["not-applicable"],
    ...driver.confinement,
    ...(request.bench ? { bench: await benchDriver(fixture, work.signal) } : {}),
  };
}

interface Parts {
  readonly driver: DriverUnderTest;
  readonly fixture: DriverFixture;
  readonly request: VerifyRequest;
  readonly transcript: Transcript;
}

async function* verdicts(
  { driver, fixture, request, transcript }: Parts,
  signal: AbortSignal,
): AsyncGenerator<VerifiedCase> {
  if ("host.".startsWith(request.only.slice(0, 5))) {
    for await (const report of verifyAgainstHost(() => driver.prepare(), signal))
      if (report.id.startsWith(request.only)) yield toView(report, []);
  }
  await using bench = await Bench.open(fixture);
  for (const one of CASES.filter(({ id }) => id.startsWith(request.only))) {
    if (signal.aborted) return;
    transcript.clear();
    yield toView(await bench.report(one), transcript.lines);
  }
}

function toView(report: CaseReport, transcript: readonly string[]): VerifiedCase {
  const { id, title, verdict } = report;
  if (report.verdict === "passed") return { id, title, verdict };
  if (report.verdict === "not-applicable") return { id, title, verdict, reason: report.reason };
  return { id, title, verdict, reason: textOf(report.error), transcript: [...transcript] };
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${cause}`.trim();
}
