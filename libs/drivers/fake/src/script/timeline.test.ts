import { expect, test } from "vitest";
import { Script } from "./script.ts";
import { timelineOf } from "./timeline.ts";

test("puts each event where the script has come to", () => {
  const { events, endAt, outcome } = play([
    { print: "a\n" },
    { sleepMs: 50 },
    { print: "b\n", to: "stderr" },
    { exit: 3 },
  ]);

  expect(events).toEqual([
    { at: 0, thing: { kind: "log", stream: "stdout", text: "a\n" } },
    { at: 50, thing: { kind: "log", stream: "stderr", text: "b\n" } },
  ]);
  expect(endAt).toBe(50);
  expect(outcome).toEqual({ kind: "exited", exitCode: 3, outOfMemory: false });
});

test("does nothing after the end", () => {
  expect(play([{ exit: 0 }, { print: "never" }]).events).toEqual([]);
});

const OUTSIDE = { termAt: 30, killAt: 80 };

test.each([
  { what: "by default ends at once", script: [{ sleepMs: 100 }], exitCode: 143, endAt: 30 },
  {
    what: "is ignored until it is killed",
    script: [{ onTerm: "ignore" }, { sleepMs: 100 }],
    exitCode: 137,
    endAt: 80,
  },
  {
    what: "is ignored by a program that ends in time",
    script: [{ onTerm: "ignore" }, { sleepMs: 60 }],
    exitCode: 0,
    endAt: 60,
  },
  {
    what: "is handled",
    script: [{ onTerm: { print: "bye", exit: 5 } }, { sleepMs: 100 }],
    exitCode: 5,
    endAt: 30,
  },
  { what: "comes too late", script: [{ sleepMs: 20 }], exitCode: 0, endAt: 20 },
])("knows that SIGTERM $what", ({ script, exitCode, endAt }) => {
  const timeline = timelineOf(Script.parse(script), OUTSIDE);

  expect(timeline.outcome).toMatchObject({ exitCode });
  expect(timeline.endAt).toBe(endAt);
});

test("can lose a run and run out of memory", () => {
  expect(play([{ lose: "The machine is gone." }]).outcome).toEqual({
    kind: "lost",
    reason: "The machine is gone.",
  });
  expect(play([{ exit: 137, outOfMemory: true }]).outcome).toMatchObject({ outOfMemory: true });
});

test("cuts many lines into events of whole lines", () => {
  const { events } = play([{ lines: 250, prefix: "l" }]);

  expect(events).toHaveLength(3);
  expect(
    events
      .map(({ thing }) => thing.text)
      .join("")
      .split("\n"),
  ).toHaveLength(251);
});

function play(script: unknown) {
  return timelineOf(Script.parse(script), {});
}
