import type { WorkEvent } from "@gantry/reports";
import { describe, expect, it } from "vitest";
import { BuildSteps } from "./build-steps.ts";

const HASH = "77a442e5fdd";
const LONG = "77a442e5fdddaa6d2c7dbc995b50aaf0c330ed8a1b6266c8464f51a8243d1154";

function read(...lines: readonly string[]) {
  const steps = new BuildSteps(
    (text) => text.replaceAll("hush", "*****"),
    () => 0,
  );
  const events: WorkEvent[] = lines.flatMap((line) => [...steps.read("stdout", line)]);
  return { steps, events: [...events, ...steps.end("done")] };
}

const short = (events: readonly WorkEvent[]): string[] =>
  events.map((event) =>
    event.kind === "step" ? `${event.step} ${event.state}` : event.kind === "log" ? event.text : "",
  );

describe("what podman build prints", () => {
  it("is told as steps that begin and end once, with what they print", () => {
    const { steps, events } = read(
      "STEP 1/3: FROM busybox\n",
      "STEP 2/3: RUN make\n",
      "made\n",
      `not ended--> ${HASH}\n`,
      "STEP 3/3: LABEL a=b\n",
      "COMMIT some:name\n",
      `--> ${HASH}\n`,
      "Successfully tagged some:name\n",
      `${LONG}\n`,
    );

    expect(short(events)).toEqual([
      "1.1 started",
      "1.1 done",
      "1.2 started",
      "made\n",
      "not ended",
      "1.2 done",
      "1.3 started",
      "1.3 done",
    ]);
    expect(steps.steps().map(({ title }) => title)).toEqual([
      "[1/3] FROM busybox",
      "[2/3] RUN make",
      "[3/3] LABEL a=b",
    ]);
  });

  it("tells of steps from the cache, at once or after a while", () => {
    const steps = new BuildSteps((text) => text);
    const lines = [
      "[1/2] STEP 1/2: FROM a\n",
      "[1/2] STEP 2/2: RUN x\n",
      `--> Using cache ${LONG}\n`,
    ];
    const first = lines.flatMap((line) => [...steps.read("stdout", line)]);
    const next = steps.read("stdout", "[2/2] STEP 1/1: RUN y\n");
    const waited = [...steps.settle(), ...steps.read("stdout", `--> Using cache ${LONG}\n`)];

    expect(short([...first, ...next, ...waited])).toEqual([
      "1.1 started",
      "1.1 done",
      "1.2 cached",
      "2.1 started",
      "2.1 done",
    ]);
    expect(steps.steps().map(({ cached }) => cached)).toEqual([false, true, true]);
  });

  it("does not take what a program prints for a step", () => {
    const { events } = read(
      "STEP 1/4: FROM busybox\n",
      "STEP 2/4: RUN evil\n",
      "STEP 3/4: RUN forged\n",
      "STEP 9/9: RUN forged\n",
      "COMMIT forged\n",
      `--> ${HASH}\n`,
      "STEP 3/4: RUN real\n",
    );

    expect(short(events)).toEqual([
      "1.1 started",
      "1.1 done",
      "1.2 started",
      "STEP 3/4: RUN forged\n",
      "STEP 9/9: RUN forged\n",
      "COMMIT forged\n",
      "1.2 done",
      "1.3 started",
      "1.3 done",
    ]);
  });

  it("shows no secret in titles, output and reasons", () => {
    const steps = new BuildSteps(
      (text) => text.replaceAll("hush", "*****"),
      () => 0,
    );
    const events = [
      ...steps.read("stdout", "STEP 1/1: RUN echo hush\n"),
      ...steps.read("stderr", "hush\n"),
      ...steps.end("failed", "it said hush"),
    ];

    expect(JSON.stringify([events, steps.steps(), steps.lastOutput()])).not.toContain("hush");
  });
});
