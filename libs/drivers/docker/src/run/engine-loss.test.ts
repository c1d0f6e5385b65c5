import type { Run } from "@gantry/driver-api";
import { describe, expect, it } from "vitest";
import { DockerWorld, present, printed } from "../testing/docker-world.ts";
import { canStartEngine, PrivateEngine } from "../testing/private-engine.ts";

const isPossible = await canStartEngine();
if (!isPossible)
  process.stderr.write("skipped: suites that kill an engine: they need root and dockerd\n");

describe.skipIf(!isPossible)("when the engine dies", () => {
  it("calls a run lost, and a build cut off", { timeout: 90_000 }, async () => {
    await using engine = await PrivateEngine.start();
    const reference = await engine.image();
    const w = await DockerWorld.open({ host: engine.host, lostAfterSeconds: 1 });
    const run = await w.runs.start(w.spec({ reference }, "echo on; sleep 1000"), w.signal);
    const outcome = run.outcome(w.signal);
    const text = `FROM ${reference}\nRUN echo under way; sleep 1000\n`;
    const begun = Promise.withResolvers<void>();
    // The engine has no bridge: a step with its network would fail by itself.
    const request = w.request(text, await w.context({}), { network: "none" });
    const building = present(w.driver.build).build(request, {
      signal: w.signal,
      report: async (event) => {
        if (event.kind === "log" && event.text.includes("under way")) begun.resolve();
      },
    });
    building.catch(() => undefined);
    await begun.promise;

    await engine.kill();

    await expect(building).rejects.toMatchObject({ code: "engine-lost" });
    expect(await outcome).toMatchObject({ kind: "lost" });
    const probe = await w.driver.probe(w.signal);
    expect(probe).toMatchObject({ state: "unavailable" });
    expect(probe.problems[0]?.fix).not.toBe("");
    await w[Symbol.asyncDispose]().catch(() => undefined);
  });

  it("goes on with a run where it was once the engine is back", { timeout: 90_000 }, async () => {
    await using engine = await PrivateEngine.start();
    const reference = await engine.image();
    await using w = await DockerWorld.open({ host: engine.host, lostAfterSeconds: 60 });
    const spec = w.spec({ reference }, "seq 1 1000; sleep 1000");
    const run = await w.runs.start(spec, w.signal);
    const reading = printed(run, w.signal);
    const outcome = run.outcome(w.signal);
    // What the engine has not written down when it is killed, nobody can read afterwards.
    await saidLast(run, "1000\n", w.signal);

    await engine.kill();
    await engine.start();

    const { stdout } = await reading;
    expect(stdout).toBe(`${Array.from({ length: 1000 }, (_, n) => n + 1).join("\n")}\n`);
    expect(["exited", "lost"]).toContain((await outcome).kind);
    const again = present(await w.runs.recover(spec.id, w.signal));
    expect((await printed(again, w.signal)).stdout).toBe(stdout);
    await again.remove(w.signal);
    process.stderr.write(`${JSON.stringify(await outcome)}\n`);
  });
});

async function saidLast(run: Run, text: string, signal: AbortSignal): Promise<void> {
  for await (const { event } of run.events(undefined, signal)) {
    if (event.kind === "log" && event.text.endsWith(text)) return;
  }
}
