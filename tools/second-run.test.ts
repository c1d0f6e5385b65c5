import { expect, test } from "vitest";
import { failedTests, filesToRepeat } from "./second-run.ts";
import type { VitestReport } from "./vitest-report.ts";

const file = (name: string, ...statuses: readonly string[]) => ({
  name,
  status: statuses.includes("failed") ? "failed" : "passed",
  assertionResults: statuses.map((status, i) => ({
    ancestorTitles: ["s"],
    title: `t${i}`,
    status,
  })),
});

const report = (...testResults: VitestReport["testResults"]): VitestReport => ({ testResults });

test("files with a failed test are run again, others are not", () => {
  const it = report(file("a", "passed", "failed"), file("b", "passed"), file("c", "skipped"));
  expect(filesToRepeat(it)).toEqual(["a"]);
  expect(failedTests(it)).toEqual(["a > s > t1"]);
});

test("a file that could not be run at all is run again, and named", () => {
  const it = report({ name: "broken", status: "failed", assertionResults: [] });
  expect(filesToRepeat(it)).toEqual(["broken"]);
  expect(failedTests(it)).toEqual(["broken"]);
});

test("nothing is run again where many files failed", () => {
  const many = ["a", "b", "c", "d"].map((name) => file(name, "failed"));
  expect(filesToRepeat(report(...many))).toEqual([]);
});
