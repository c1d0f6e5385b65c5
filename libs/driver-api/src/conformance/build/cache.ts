import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Case } from "../case.ts";
import { freshId } from "../fresh-id.ts";
import { buildCase, logOf, RUNS } from "./build-bench.ts";

/** Steps are carried out again only when something changed. */
export const cacheCases: readonly Case[] = [
  buildCase(
    { id: "build.cached", title: "carries out nothing twice", requires: { base: true } },
    async (bench) => {
      const contextDir = await bench.tree({ a: "1" });
      const text = `FROM ${bench.base}\nRUN echo ${freshId()} > /tmp/x\nCOPY a /a\n`;
      const first = await bench.build(await bench.request(text, { contextDir }));
      const again = await bench.build(await bench.request(text, { contextDir }));
      assert.equal(again.image.id, first.image.id);
      const steps = again.steps.filter(({ title }) => /RUN|COPY/.test(title));
      assert.ok(steps.length >= 2, again.steps.map(({ title }) => title).join());
      assert.ok(
        steps.every(({ cached }) => cached),
        JSON.stringify(again.steps),
      );
    },
  ),
  buildCase(
    {
      id: "build.changed-file",
      title: "carries out the steps after a changed file again, and says why",
      requires: { base: true },
    },
    async (bench) => {
      const contextDir = await bench.tree({ a: "1" });
      const text = `FROM ${bench.base}\nRUN echo ${freshId()}\nCOPY a /a\nRUN echo after\n`;
      const request = await bench.request(text, { contextDir });
      await bench.build(request);
      await writeFile(join(contextDir, "a"), "2");
      const { steps } = await bench.build(await bench.request(text, { contextDir }));
      const [run, copy, after] = steps.filter(({ title }) => /RUN|COPY/.test(title));
      assert.deepEqual(
        [run?.cached, copy?.cached, after?.cached],
        [true, false, false],
        JSON.stringify(steps),
      );
      if (copy?.missReason !== undefined) assert.notEqual(copy.missReason, "");
    },
  ),
  buildCase(
    {
      id: "build.no-cache",
      title: "carries out everything again when asked",
      requires: { base: true, buildFeatures: ["no-cache"] },
    },
    async (bench) => {
      const text = `FROM ${bench.base}\nRUN echo ${freshId()}\n`;
      await bench.build(await bench.request(text));
      const { steps } = await bench.build(await bench.request(text, { noCache: true }));
      assert.ok(steps.some(({ title, cached }) => /RUN/.test(title) && !cached));
    },
  ),
  buildCase(
    {
      id: "build.changed-arg",
      title: "takes a changed build argument into account",
      requires: { ...RUNS, buildFeatures: ["build-args"] },
    },
    async (bench) => {
      const text = `FROM ${bench.base}\nARG WORD\nRUN echo "word ${freshId()} is $WORD"\n`;
      const said = async (WORD: string) =>
        logOf((await bench.build(await bench.request(text, { buildArgs: { WORD } }))).events);
      assert.match(await said("one"), /is one/);
      assert.match(await said("two"), /is two/);
    },
  ),
];
