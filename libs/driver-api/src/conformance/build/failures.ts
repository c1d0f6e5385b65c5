import assert from "node:assert/strict";
import type { WorkEvent } from "@gantry/reports";
import type { Case } from "../case.ts";
import { DriverError, type DriverErrorCode } from "../../errors.ts";
import { expectDriverError } from "../expect-driver-error.ts";
import { freshId } from "../fresh-id.ts";
import { type BuildBench, buildCase, logOf, RUNS } from "./build-bench.ts";

/** A build that cannot succeed says where and why, and ends. */
export const failureCases: readonly Case[] = [
  buildCase(
    { id: "build.run-fails", title: "says which step failed and what it printed", requires: RUNS },
    async (bench) => {
      const word = freshId();
      const request = await bench.request(`FROM ${bench.base}\nRUN echo ${word}; exit 3\n`);
      const { error, events } = await bench.fail(request);
      assertCode(error, "build-failed");
      assert.ok(logOf(events).includes(word), "the output of the failed step is missing");
      const failed = events.find((event) => event.kind === "step" && event.state === "failed");
      assert.ok(failed?.kind === "step" && /RUN/.test(failed.title), JSON.stringify(failed));
      assert.match(error instanceof Error ? error.message : "", /3/);
      await assertNoImage(bench, request.tags);
    },
  ),
  buildCase(
    { id: "build.unknown-instruction", title: "names the line of an unknown instruction" },
    async (bench) => {
      const { error } = await bench.fail(
        await bench.request("FROM scratch\n\nLABEL a=b\nFROBNICATE x\n"),
      );
      assertCode(error, "invalid-request");
      assert.ok(error instanceof DriverError);
      assert.equal(error.location?.line, 4, JSON.stringify(error.location));
      assert.match(error.message, /FROBNICATE/i);
    },
  ),
  buildCase({ id: "build.empty", title: "refuses a Dockerfile without a stage" }, async (bench) => {
    const { error } = await bench.fail(await bench.request("# nothing here\n"));
    assertCode(error, "invalid-request");
  }),
  buildCase(
    { id: "build.missing-file", title: "names a file that is not in the context" },
    async (bench) => {
      const { error } = await bench.fail(
        await bench.request("FROM scratch\nCOPY not-there.txt /x\n"),
      );
      assertCode(error, "build-failed", "invalid-request");
      assert.match(error instanceof Error ? error.message : "", /not-there\.txt/);
    },
  ),
  buildCase(
    { id: "build.missing-base", title: "names a base image that cannot be had" },
    async (bench) => {
      const base = "127.0.0.1:9/nobody/nothing:none";
      const { error } = await bench.fail(await bench.request(`FROM ${base}\nLABEL a=b\n`));
      assertCode(error, "image-not-found", "base-unusable", "registry-unreachable");
      assert.match(error instanceof Error ? error.message : "", /nobody\/nothing/);
    },
  ),
  buildCase(
    {
      id: "build.missing-target",
      title: "refuses a target that is no stage",
      requires: { buildFeatures: ["target"] },
    },
    async (bench) => {
      const { error } = await bench.fail(
        await bench.request("FROM scratch AS a\nLABEL a=b\n", { target: "zzz" }),
      );
      assertCode(error, "invalid-request");
      assert.match(error instanceof Error ? error.message : "", /zzz/);
    },
  ),
  buildCase(
    { id: "build.canceled", title: "stops within seconds when told to", requires: { base: true } },
    cancelMidway,
  ),
  buildCase(
    { id: "build.canceled-before", title: "does not begin what is canceled already" },
    async (bench) => {
      const request = await bench.request("FROM scratch\nLABEL a=b\n");
      await expectDriverError(bench.build(request, AbortSignal.abort()), "canceled");
      await assertNoImage(bench, request.tags);
    },
  ),
];

async function cancelMidway(bench: BuildBench): Promise<void> {
  const request = await bench.request(`FROM ${bench.base}\nRUN echo ${freshId()} && sleep 60\n`);
  const aborter = new AbortController();
  const running = Promise.withResolvers<void>();
  const report = async (event: WorkEvent) => {
    if (event.kind === "step" && event.state === "started" && /RUN/.test(event.title)) {
      running.resolve();
    }
  };
  const build = expectDriverError(
    bench.facet.build(request, { signal: aborter.signal, report }),
    "canceled",
  );
  await Promise.race([running.promise, build]);
  const since = performance.now();
  aborter.abort();
  await build;
  assert.ok(performance.now() - since < 10_000, "it took over ten seconds to stop");
  await assertNoImage(bench, request.tags);
}

async function assertNoImage(bench: BuildBench, tags: readonly string[]): Promise<void> {
  for (const reference of tags) {
    const image = await bench.context.driver.images?.inspect({ reference }, bench.signal);
    assert.equal(image, undefined, `${reference} was made all the same`);
  }
}

function assertCode(error: unknown, ...codes: readonly DriverErrorCode[]): void {
  assert.ok(error instanceof DriverError, `expected a DriverError, got ${String(error)}`);
  assert.ok(
    codes.includes(error.code),
    `expected ${codes.join(" or ")}, got ${error.code}: ${error.message}`,
  );
  assert.notEqual(error.hint, "");
}
