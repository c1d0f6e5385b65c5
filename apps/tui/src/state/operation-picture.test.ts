import type { LoggedEvent } from "@gantry/protocol";
import { describe, expect, test } from "vitest";
import { events, printed } from "../testing/samples.ts";
import {
  foldEvents,
  NO_PICTURE,
  type OperationPicture,
  type StepItem,
} from "./operation-picture.ts";

const STARTED = {
  kind: "step",
  step: "1",
  title: "RUN make",
  state: "started",
  reason: "a file changed",
} as const;

function picture(...list: readonly LoggedEvent["event"][]): OperationPicture {
  return foldEvents(NO_PICTURE, events(list));
}

function steps({ items }: OperationPicture): readonly StepItem[] {
  return items.filter((item) => item.kind === "step");
}

describe("the picture of an operation", () => {
  test("has a step with its log, its time and why it was not cached", () => {
    const [step] = steps(
      picture(STARTED, printed("hi\n", "1"), { ...STARTED, state: "done", durationMs: 7 }),
    );

    expect(step).toMatchObject({
      state: "done",
      tookMs: 7,
      reason: "a file changed",
      log: { lines: ["hi"] },
    });
  });

  test("puts what is printed outside of steps under a heading of its own", () => {
    expect(steps(picture(printed("a\n"), printed("b\n")))).toMatchObject([
      { title: "Output", state: "output", log: { lines: ["a", "b"], total: 2 } },
    ]);
  });

  test("is the same for one batch and for many", () => {
    const list = events([
      STARTED,
      printed("a\n", "1"),
      printed("b\n"),
      { ...STARTED, state: "failed" },
      printed("c\n"),
    ]);
    const oneByOne = list.reduce((before, event) => foldEvents(before, [event]), NO_PICTURE);

    expect(oneByOne).toEqual(foldEvents(NO_PICTURE, list));
  });

  test("takes no event twice", () => {
    const list = events([printed("a\n"), printed("b\n")]);

    expect(steps(foldEvents(foldEvents(NO_PICTURE, list), list))[0]?.log.lines).toEqual(["a", "b"]);
  });

  test("does not grow with the length of the operation", () => {
    const many = Array.from({ length: 2_000 }, (_, index) => ({ ...STARTED, step: String(index) }));
    const { items, forgotten } = picture(...many);
    const long = steps(picture(printed("line\n".repeat(100_000))))[0]?.log;

    expect(items.length + forgotten).toBe(2_000);
    expect(items.length).toBeLessThan(500);
    expect(long?.total).toBe(100_000);
    expect(long?.lines.length).toBeLessThanOrEqual(5_000);
  });

  test("has a bar while something is fetched, and none when it is there", () => {
    const bar = { kind: "progress", step: "1", title: "pull", unit: "bytes", total: 10 } as const;

    expect(steps(picture(STARTED, { ...bar, current: 5 }))[0]?.bar).toMatchObject({
      current: 5,
      total: 10,
    });
    expect(
      steps(picture(STARTED, { ...bar, current: 5 }, { ...bar, current: 10 }))[0]?.bar,
    ).toBeUndefined();
  });
});
