import type { LoggedEvent } from "@gantry/protocol";
import { describe, expect, test } from "vitest";
import { textWidth } from "@gantry/terminal-text";
import { liveRegion } from "./live-region.ts";
import { permanentLines } from "./permanent-lines.ts";
import { foldEvent, NOTHING_YET, type ProgressState } from "./progress-state.ts";

const paint = (_: string, text: string): string => text;

function logged(event: LoggedEvent["event"], at = 1000): LoggedEvent {
  return { seq: 1, at, phase: "build", event };
}

function fold(...events: readonly LoggedEvent["event"][]): ProgressState {
  return events.reduce((state, event) => foldEvent(state, logged(event)), NOTHING_YET);
}

const STARTED = { kind: "step", step: "1", title: "RUN make", state: "started" } as const;

describe("the fold", () => {
  test("keeps a running step with the end of its log, and forgets it when it ends", () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}\n`).join("");
    const running = fold(STARTED, { kind: "log", stream: "stdout", text: lines, step: "1" });
    const over = foldEvent(running, logged({ ...STARTED, state: "done", durationMs: 5 }));

    expect(running.running).toHaveLength(1);
    expect(running.running[0]?.tail).toHaveLength(20);
    expect(running.running[0]?.tail.at(-1)).toBe("line 49");
    expect(over).toMatchObject({ running: [], done: 1, cached: 0, failed: 0 });
  });

  test("drops a bar that is full, and those of a step that ended", () => {
    const bar = { kind: "progress", step: "1", title: "pull", unit: "bytes" } as const;
    const half = fold(STARTED, { ...bar, current: 5, total: 10 });

    expect(half.bars).toHaveLength(1);
    expect(foldEvent(half, logged({ ...bar, current: 10, total: 10 })).bars).toEqual([]);
    expect(foldEvent(half, logged({ ...STARTED, state: "failed" })).bars).toEqual([]);
  });
});

describe("what stays", () => {
  test("shows the log of a step that failed", () => {
    const before = fold(STARTED, { kind: "log", stream: "stderr", text: "no rule\n", step: "1" });
    const failed = logged({ ...STARTED, state: "failed", reason: "exit code 2", durationMs: 1500 });

    expect(permanentLines(failed, before, paint)).toEqual([
      "✗ RUN make 1.5s (exit code 2)",
      "  | no rule",
    ]);
  });

  test("takes escape sequences out of what programs say", () => {
    const cached = logged({ ...STARTED, title: "RUN \u001b[31mred\u0007\u202e", state: "cached" });

    expect(permanentLines(cached, NOTHING_YET, paint)).toEqual(["✓ RUN red cached"]);
  });
});

describe("the live region", () => {
  const screen = { columns: 40, rows: 12, now: 3000, paint };

  test("is never wider or higher than the screen, with wide characters too", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      ...STARTED,
      step: `${index}`,
      title: `RUN ${"漢字🚀".repeat(20)}`,
    }));
    for (const columns of [10, 20, 40, 80, 200]) {
      const lines = liveRegion(fold(...many), { ...screen, columns });
      expect(lines.length).toBeLessThanOrEqual(10);
      for (const line of lines) expect(textWidth(line)).toBeLessThan(columns);
    }
  });

  test("shows the step, its time and its last lines", () => {
    const state = fold(STARTED, { kind: "log", stream: "stdout", text: "a\nb\n", step: "1" });

    expect(liveRegion(state, screen)).toEqual(["⠋ RUN make 2.0s", "  | a", "  | b"]);
  });

  test("shows how far a download is", () => {
    const state = fold({
      kind: "progress",
      title: "layer",
      current: 5e6,
      total: 2e7,
      unit: "bytes",
    });

    const [line] = liveRegion(state, { ...screen, columns: 80 });
    expect(line).toBe("⠋ layer █████░░░░░░░░░░░░░░░ 5.0 MB / 20.0 MB");
  });
});
