import type { VitestReport } from "./vitest-report.ts";

/** Suites of which every test was skipped, as `file > suite`: what is needed for them was not there. */
export function silentSuites({ testResults }: VitestReport): readonly string[] {
  const ran = new Map<string, boolean>();
  for (const { name, assertionResults } of testResults) {
    for (const { ancestorTitles, title, status } of assertionResults) {
      const suite = `${name} > ${ancestorTitles[0] ?? title}`;
      ran.set(suite, ran.get(suite) === true || status === "passed" || status === "failed");
    }
  }
  return [...ran].filter(([, hasRun]) => !hasRun).map(([suite]) => suite);
}
