import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { DriverError } from "../../errors.ts";
import { exitCodeOf, runCase, SHELL } from "./run-bench.ts";

/** How a program ended is told as it was. */
export const endingCases: readonly Case[] = [
  runCase(
    {
      id: "run.handles",
      title: "runs images of type docker and oci and no exotic ones",
      requires: { needs: [] },
    },
    async ({ facet, signal }) => {
      assert.equal(await facet.handles("docker", signal), true);
      assert.equal(await facet.handles("oci", signal), true);
      assert.equal(await facet.handles("exotic", signal), false);
    },
  ),
  runCase({ id: "run.exit-codes", title: "reports exit codes 0, 7 and 255" }, async (bench) => {
    for (const exit of [0, 7, 255]) {
      const { outcome } = await bench.finish([{ exit }]);
      assert.deepEqual(outcome, { kind: "exited", exitCode: exit, outOfMemory: false });
    }
  }),
  runCase(
    { id: "run.exit-126-127", title: "reports 126 and 127 as the shell does", requires: SHELL },
    async (bench) => {
      assert.equal(exitCodeOf((await bench.finish("/no/such/program")).outcome), 127);
      assert.equal(exitCodeOf((await bench.finish("exec /etc")).outcome), 126);
    },
  ),
  runCase(
    { id: "run.exit-signal", title: "reports 128 + n for signal n", requires: SHELL },
    async (bench) => {
      const { outcome } = await bench.finish("sh -c 'kill -KILL $$'; exit $?");
      assert.equal(exitCodeOf(outcome), 137);
    },
  ),
  runCase(
    {
      id: "run.missing-program",
      title: "tells that the program is not in the image",
      requires: SHELL,
    },
    async (bench) => {
      const command = ["/no/such/program"];
      const outcome = await bench.finish("", { command }).then(
        (finished) => exitCodeOf(finished.outcome),
        (error: unknown) => (error instanceof DriverError ? error.code : error),
      );
      assert.ok(outcome === 127 || outcome === "invalid-request", `got ${String(outcome)}`);
    },
  ),
  runCase(
    {
      id: "run.command",
      title: "runs the command, not the image's entrypoint, with its arguments as they are",
      requires: SHELL,
    },
    async (bench) => {
      const words = ["a b", "", '"', "$HOME", "-n", "ü"];
      const { stdout } = await bench.finish("", {
        command: ["sh", "-c", `for each in "$@"; do printf '<%s>' "$each"; done`, "sh", ...words],
      });
      assert.equal(stdout, words.map((word) => `<${word}>`).join(""));
    },
  ),
  runCase(
    { id: "run.outcome-canceled", title: "lets go of waiting when told to, not of the run" },
    async (bench) => {
      const run = await bench.start([{ sleepMs: 400 }, { exit: 4 }]);
      await assert.rejects(run.outcome(AbortSignal.timeout(50)));
      assert.equal(exitCodeOf(await run.outcome(bench.signal)), 4);
    },
  ),
];
