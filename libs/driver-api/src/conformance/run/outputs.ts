import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { OUTPUTS_DIR } from "../program.ts";
import { exitCodeOf, runCase, SHELL } from "./run-bench.ts";

/** What a program leaves below the outputs directory comes back byte for byte. */
export const outputCases: readonly Case[] = [
  runCase(
    { id: "run.outputs", title: "gives several and nested outputs, sorted by path" },
    async (bench) => {
      const { files } = await bench.finish([
        { write: "b", text: "two" },
        { write: "dir/sub/c", text: "three\n" },
        { write: "a", text: "" },
      ]);
      assert.deepEqual(
        [...files].map(([path, data]) => [path, data.toString()]),
        [
          ["a", ""],
          ["b", "two"],
          ["dir/sub/c", "three\n"],
        ],
      );
    },
  ),
  runCase(
    { id: "run.outputs-none", title: "gives no outputs of a program that wrote none" },
    async (bench) => {
      assert.equal((await bench.finish([{ exit: 0 }])).files.size, 0);
    },
  ),
  runCase(
    { id: "run.outputs-failed", title: "keeps the outputs of a program that failed" },
    async (bench) => {
      const { outcome, files } = await bench.finish([{ write: "partial", text: "1" }, { exit: 3 }]);
      assert.equal(exitCodeOf(outcome), 3);
      assert.equal(files.get("partial")?.toString(), "1");
    },
  ),
  runCase(
    { id: "run.outputs-binary", title: "gives binary outputs of 5 MB unchanged", requires: SHELL },
    async (bench) => {
      // Of its own, for drivers whose programs share the machine's directories.
      const enter = "d=/tmp/gantry-$$; mkdir $d && cd $d";
      const block = `printf '\\000\\001\\377\\n0123456789ab' > b`;
      const grow = "i=0; while [ $i -lt 18 ]; do i=$((i+1)); cat b b > n; mv n b; done";
      const join = `head -c 3000000 b > h; cat h h > ${OUTPUTS_DIR}/big`;
      const script = `${enter} && ${block}; ${grow}; ${join} && rm -r $d`;
      const { outcome, files } = await bench.finish(script);
      assert.equal(exitCodeOf(outcome), 0);
      const unit = Buffer.from([0, 1, 255, 10, ...Buffer.from("0123456789ab")]);
      const half = Buffer.alloc(3_000_000, unit);
      assert.ok(files.get("big")?.equals(Buffer.concat([half, half])), "5 MB came back changed");
    },
  ),
  runCase(
    {
      id: "run.outputs-links",
      title: "leaves out links and devices, and what they point at",
      requires: SHELL,
    },
    async (bench) => {
      const { outcome, files } = await bench.finish(
        `cd ${OUTPUTS_DIR} && echo fine > real && ln -s /etc/passwd link && ln -s / root && ln -s real inner && mkfifo pipe && mkdir -p d && ln -s .. d/up`,
      );
      assert.equal(exitCodeOf(outcome), 0);
      assert.deepEqual([...files.keys()], ["real"]);
    },
  ),
  runCase(
    { id: "run.outputs-names", title: "keeps odd file names", requires: SHELL },
    async (bench) => {
      const names = ["-dash", "a b", "q'uote", "ünï"];
      const script = names.map((name) => `echo x > "${OUTPUTS_DIR}/${name}"`).join("\n");
      const { files } = await bench.finish(script);
      assert.deepEqual([...files.keys()].toSorted(), names.toSorted());
    },
  ),
  runCase(
    { id: "run.outputs-early", title: "gives the outputs that are there while the program runs" },
    async (bench) => {
      const run = await bench.start([
        { write: "soon", text: "1" },
        { print: "written\n" },
        { sleepMs: 8_000 },
      ]);
      for await (const _ of run.events(undefined, bench.signal)) break;
      assert.equal((await bench.outputs(run)).get("soon")?.toString(), "1");
    },
  ),
];
