import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Batches } from "./batches.ts";
import { failureOf } from "./failure-of.ts";
import { Pacer } from "./pacer.ts";

const NEVER = new AbortController().signal;

describe("batches", () => {
  test("hand on all of a flood, in order, in few parts, and hold back whoever is too fast", async () => {
    const parts: (readonly number[])[] = [];
    using batches = new Batches<number>(
      (items) => parts.push(items),
      () => 1_000,
    );
    for (let item = 0; item < 10_000; item += 1) await batches.add(item);
    batches.flush();

    expect(parts.flat()).toEqual(Array.from({ length: 10_000 }, (_, item) => item));
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(2_000);
  });
});

describe("a replay", () => {
  test("waits as long as it took, or as many times less", async () => {
    const pacer = new Pacer({ speed: 10, isPaused: false });
    const started = performance.now();
    await pacer.due(1_000, NEVER);
    await pacer.due(4_000, NEVER);

    expect(performance.now() - started).toBeGreaterThanOrEqual(295);
  });

  test("stands still while it is paused, and goes on at once when told so", async () => {
    const pacer = new Pacer({ speed: 1, isPaused: true });
    let isOver = false;
    const over = pacer.due(1_000, NEVER).then(() => (isOver = true));
    await delay(150);
    expect(isOver).toBe(false);

    pacer.set({ speed: 0, isPaused: false });
    await over;
    expect(isOver).toBe(true);
  });

  test("ends when the user leaves", async () => {
    const leave = new AbortController();
    const waiting = new Pacer({ speed: 1, isPaused: true }).due(1, leave.signal);
    leave.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});

test("an error is told in the words of the daemon", () => {
  const error = Object.assign(new Error("No such bundle."), {
    data: { code: "not-found", hint: "Look again." },
  });
  expect(failureOf(error)).toEqual({
    code: "not-found",
    message: "No such bundle.",
    hint: "Look again.",
  });
  expect(failureOf("odd")).toMatchObject({ code: "internal" });
});
