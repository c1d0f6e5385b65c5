import { describe, expect, it } from "vitest";
import { BuildProgress } from "./progress.ts";
import { SecretMask } from "./secret-mask.ts";
import type { Trace, Vertex } from "./trace.ts";

const ID = "sha256:one";

function vertex(part: Partial<Vertex>): Vertex {
  const nothing = { cached: false, started: undefined, completed: undefined, error: "" };
  return { digest: ID, name: "[2/3] RUN make", ...nothing, ...part };
}

function trace(part: Partial<Trace>): Trace {
  return { vertexes: [], statuses: [], logs: [], ...part };
}

describe("BuildProgress", () => {
  it("begins and ends a step once, whatever is repeated", () => {
    const progress = new BuildProgress((text) => text);
    const started = trace({ vertexes: [vertex({ started: 1_000 })] });
    const completed = trace({ vertexes: [vertex({ started: 1_000, completed: 3_500 })] });

    const events = [started, started, completed, completed].flatMap((each) => progress.fold(each));

    expect(events).toEqual([
      { kind: "step", step: ID, title: "[2/3] RUN make", state: "started" },
      { kind: "step", step: ID, title: "[2/3] RUN make", state: "done", durationMs: 2_500 },
    ]);
    expect(progress.steps()).toEqual([{ title: "[2/3] RUN make", cached: false }]);
  });

  it.each([
    ["while it is fetched", [{ cached: true }, {}, { completed: 2 }]],
    ["after it was ended", [{}, { completed: 2 }, { completed: 2, cached: true }]],
  ])("knows a step from a cache that says so %s", (_title, parts) => {
    const progress = new BuildProgress((text) => text);

    for (const part of parts) progress.fold(trace({ vertexes: [vertex({ started: 1, ...part })] }));

    expect(progress.steps()).toEqual([{ title: "[2/3] RUN make", cached: true }]);
  });

  it("ends what was under way when the build ended, with its last words", () => {
    const progress = new BuildProgress((text) => text);
    const bytes = Buffer.from("half a line");
    progress.fold(trace({ vertexes: [vertex({ started: 1 })] }));
    progress.fold(trace({ logs: [{ vertex: ID, stream: "stderr", bytes }] }));

    expect(progress.end()).toEqual([
      { kind: "log", stream: "stderr", text: "half a line", step: ID },
      { kind: "step", step: ID, title: "[2/3] RUN make", state: "canceled" },
    ]);
  });

  it("masks a secret once it was read, line by line", async () => {
    const mask = new SecretMask();
    const secret = mask.watch({ id: "token", read: async () => Buffer.from("hush-1\nhush-2\nx") });
    const progress = new BuildProgress((text) => mask.apply(text));
    await secret.read(AbortSignal.timeout(1_000));
    progress.fold(trace({ vertexes: [vertex({ started: 1 })] }));

    const bytes = Buffer.from("hush-2 and hush-1 and x\n");
    const events = progress.fold(trace({ logs: [{ vertex: ID, stream: "stdout", bytes }] }));

    expect(events).toMatchObject([{ text: "***** and ***** and x\n" }]);
  });
});
