import type { VitestReport } from "./vitest-report.ts";

/** More failures than this are no matter of chance: they are not run again. */
const MOST_FILES = 3;

/**
 * The files to run a second time, alone on the machine, once the whole suite is through; none where so
 * many failed that the change must be at fault, or where a run may not have a second one.
 */
export function filesToRepeat({ testResults }: VitestReport): readonly string[] {
  const failed = testResults.filter(({ status }) => status === "failed").map(({ name }) => name);
  return failed.length <= MOST_FILES ? failed : [];
}

/** The tests that failed, as `file > suite > test`, each once. A file that could not be run is named alone. */
export function failedTests({ testResults }: VitestReport): readonly string[] {
  return testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === "failed");
      if (failed.length === 0) return [name];
      return failed.map(({ ancestorTitles, title }) =>
        [name, ...ancestorTitles, title].join(" > "),
      );
    });
}
