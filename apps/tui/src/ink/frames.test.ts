import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Message } from "../state/message.ts";
import { Frames } from "./frames.ts";

const KEY: Message = { kind: "key", key: "j", text: "j" };
const LINES: Message = { kind: "tick", now: 0 };

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Frames, and when each was drawn. */
function watched(): { readonly frames: Frames; readonly times: number[] } {
  const times: number[] = [];
  const start = performance.now();
  return { frames: new Frames(() => times.push(performance.now() - start)), times };
}

test("what comes by itself is drawn at once, and then when its time has come", () => {
  const { frames, times } = watched();
  for (let ms = 0; ms < 20; ms += 1) {
    frames.after(LINES);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(1_000);
  expect(times).toEqual([0, 34]);
});

test("a key is drawn at once, with what waited, however many lines come", () => {
  const { frames, times } = watched();
  frames.after(LINES);
  vi.advanceTimersByTime(5);
  frames.after(LINES);
  frames.after(KEY);
  vi.advanceTimersByTime(1_000);
  expect(times).toEqual([0, 5]);
});

test("no second has more than 30 frames, and the last change is drawn", () => {
  const { frames, times } = watched();
  for (let ms = 0; ms < 3_000; ms += 1) {
    frames.after(ms % 3 === 0 ? KEY : LINES);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  const most = Math.max(
    ...times.map((start) => times.filter((at) => at >= start && at < start + 1_000).length),
  );
  expect(most).toBeLessThanOrEqual(30);
  expect(most).toBeGreaterThanOrEqual(24);
  expect(times.at(-1)).toBeGreaterThanOrEqual(2_999);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(50);
});

test("a new size is drawn at once, whatever was drawn before", () => {
  const { frames, times } = watched();
  for (let count = 0; count < 20; count += 1) frames.after(KEY);
  frames.after({ kind: "resized", columns: 80, rows: 24 });
  expect(times).toHaveLength(7);
});

test("nothing is drawn after the end", () => {
  const { frames, times } = watched();
  frames.after(LINES);
  frames.after(LINES);
  frames[Symbol.dispose]();
  vi.advanceTimersByTime(1_000);
  expect(times).toEqual([0]);
});
