import { describe, expect, it } from "vitest";
import { CrashRecord } from "./crash-record.ts";

const POLICY = { crashes: 3, windowMs: 1_000, backOffMs: [0, 100, 400] };

describe("a crash budget", () => {
  it("waits longer after each crash", () => {
    const record = new CrashRecord(POLICY);

    record.add("once", 0);
    expect(record.waitMs(0)).toBe(0);
    record.add("twice", 10);
    expect([record.waitMs(10), record.waitMs(60), record.waitMs(500)]).toEqual([100, 50, 0]);
  });

  it("forgets crashes that are long ago", () => {
    const record = new CrashRecord(POLICY);
    record.add("once", 0);
    record.add("twice", 900);

    record.add("again", 1_500);

    expect([record.count(1_500), record.isQuarantined]).toEqual([2, false]);
  });

  it("that is used up stays used up, until somebody looks", () => {
    const record = new CrashRecord(POLICY);
    for (const reason of ["a", "b", "c"]) record.add(reason, 0);

    expect([record.isQuarantined, record.count(9_999), record.last?.reason]).toEqual([
      true,
      3,
      "c",
    ]);
    record.forget();
    expect([record.isQuarantined, record.count(0), record.last]).toEqual([false, 0, undefined]);
  });
});
