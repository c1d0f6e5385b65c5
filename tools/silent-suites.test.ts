import { expect, test } from "vitest";
import { silentSuites } from "./silent-suites.ts";

const result = (suite: string, status: string) => ({ ancestorTitles: [suite], title: "t", status });

test("a suite of which nothing ran is named; one of which something ran is not", () => {
  const assertionResults = [
    result("quiet", "skipped"),
    result("quiet", "pending"),
    result("loud", "skipped"),
    result("loud", "passed"),
    { ancestorTitles: [], title: "alone", status: "pending" },
  ];

  expect(
    silentSuites({ testResults: [{ name: "a.test.ts", status: "passed", assertionResults }] }),
  ).toEqual(["a.test.ts > quiet", "a.test.ts > alone"]);
});
