import { expect, test } from "vitest";
import { differenceOf, quantile, ratioOf, spreadOf } from "./statistics.ts";

test.each([
  { values: [3, 1, 2], q: 0.5, expected: 2 },
  { values: [1, 2, 3, 4], q: 0.5, expected: 2.5 },
  { values: [10, 20, 30, 40, 50], q: 0.25, expected: 20 },
  { values: [0, 10], q: 0.99, expected: 9.9 },
  { values: [7], q: 0.75, expected: 7 },
])("the $q quantile of $values is $expected", ({ values, q, expected }) => {
  expect(quantile(values, q)).toBeCloseTo(expected, 10);
});

test("there is no quantile of nothing", () => {
  expect(quantile([], 0.5)).toBeNaN();
});

test("leaves the values in their order", () => {
  const values = [3, 1, 2];

  expect(spreadOf(values)).toEqual({ p25: 1.5, median: 2, p75: 2.5 });
  expect(values).toEqual([3, 1, 2]);
});

test("compares within each pair, so that a slow spell of the machine does not count", () => {
  const calm = [
    { ours: 12, beside: 10 },
    { ours: 12, beside: 10 },
  ];
  const slow = { ours: 120, beside: 100 };

  expect(ratioOf([...calm, slow])).toEqual({ p25: 1.2, median: 1.2, p75: 1.2 });
  expect(differenceOf(calm)).toEqual({ p25: 2, median: 2, p75: 2 });
});
