import { DriverError } from "@gantry/driver-api";
import { describe, expect, it } from "vitest";
import { Fault } from "../fault.ts";
import { attempt, Interrupted, Leaving } from "./attempt.ts";
import type { OperationContext } from "./operations.ts";

function contextOf(reason?: unknown, kill = false): OperationContext {
  const cancel = new AbortController();
  const killed = new AbortController();
  if (reason !== undefined) cancel.abort(reason);
  if (kill) killed.abort();
  return {
    id: "1",
    signal: cancel.signal,
    killSignal: killed.signal,
    cursor: undefined,
    report: async () => undefined,
    dropLog: () => undefined,
    made: {},
  };
}

async function endOf(work: () => Promise<void>, context = contextOf()) {
  const defects: unknown[] = [];
  const ending = await attempt(work, context, (error) => defects.push(error));
  return { ending, defects };
}

const cancel = new DOMException("aborted", "AbortError");

describe("the end of an operation's work", () => {
  it("is told in the protocol's words, whatever was thrown", async () => {
    const thrown: readonly (readonly [unknown, string, string])[] = [
      [new Fault("busy", "no", { hint: "wait" }), "failed", "busy"],
      [new DriverError("engine-lost", "gone", { hint: "start it" }), "failed", "engine-lost"],
      [new DriverError("canceled", "stopped", { hint: "again" }), "canceled", "canceled"],
      [new Interrupted("build"), "interrupted", "canceled"],
      [Object.assign(new Error("write"), { code: "ENOSPC" }), "failed", "no-space"],
    ];

    for (const [error, status, code] of thrown) {
      const { ending, defects } = await endOf(() => Promise.reject(error));
      expect(ending).toMatchObject({ status, failure: { code } });
      expect(defects).toEqual([]);
    }
  });

  it("is a defect, heard of once, for anything else", async () => {
    const { ending, defects } = await endOf(() => Promise.reject(new TypeError("oops")));

    expect(ending).toMatchObject({ status: "failed", failure: { code: "internal" } });
    expect(defects).toHaveLength(1);
  });

  it("is canceled when the work looked at its signal itself, but not when nobody cancelled", async () => {
    const canceled = await endOf(() => Promise.reject(cancel), contextOf(cancel));
    const strange = await endOf(() => Promise.reject(cancel));

    expect(canceled.ending).toMatchObject({ status: "canceled", failure: { code: "canceled" } });
    expect(strange.ending).toMatchObject({ status: "failed", failure: { code: "internal" } });
  });

  it("is left open when the daemon leaves", async () => {
    const leaving = new Leaving();

    expect((await endOf(() => Promise.reject(leaving), contextOf(leaving))).ending).toBeUndefined();
  });

  it("is a success when the work ends, cancelled or not", async () => {
    expect((await endOf(async () => undefined, contextOf(cancel))).ending).toEqual({
      status: "succeeded",
    });
  });

  it("comes although the work never ends, once it was cancelled twice", async () => {
    const { ending } = await endOf(() => new Promise(() => undefined), contextOf(cancel, true));

    expect(ending).toMatchObject({
      status: "canceled",
      failure: { message: expect.stringContaining("does not react") },
    });
  });
});
