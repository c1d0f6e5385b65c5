import assert from "node:assert/strict";
import type { WorkEvent } from "@gantry/reports";
import type { Case } from "../case.ts";
import { freshId } from "../fresh-id.ts";
import { type BuildBench, buildCase, logOf, RUNS } from "./build-bench.ts";

/** A Dockerfile becomes the image that it describes. */
export const dockerfileCases: readonly Case[] = [
  buildCase(
    {
      id: "build.trivial",
      title: "builds from a base image, names the result and finds it again",
      requires: { base: true },
    },
    async (bench) => {
      const request = await bench.request(
        `FROM ${bench.base}\nLABEL made.by=conformance\nUSER 4711\n`,
      );
      const { image, steps } = await bench.build(request);
      assert.equal(image.labels["made.by"], "conformance");
      assert.equal(image.user, "4711");
      assert.ok(steps.length > 0, "the build names no steps");
      assert.ok(
        image.references.some((name) => name === request.tags[0]),
        image.references.join(),
      );
      const reference = request.tags[0] ?? "";
      const found = await bench.context.driver.images?.inspect({ reference }, bench.signal);
      assert.equal(found?.id, image.id);
    },
  ),
  buildCase({ id: "build.scratch", title: "builds from nothing" }, async (bench) => {
    const { image } = await bench.build(await bench.fromNothing(`LABEL n=${freshId()}`));
    assert.match(image.id, /^sha256:[0-9a-f]{64}$/);
  }),
  buildCase({ id: "build.tags", title: "gives the image every name asked for" }, async (bench) => {
    const tags = ["one", "two"].map((tag) => `conformance.test/${freshId()}:${tag}`);
    const { image } = await bench.build(await bench.fromNothing("LABEL x=y", { tags }));
    for (const reference of tags) {
      const found = await bench.context.driver.images?.inspect({ reference }, bench.signal);
      assert.equal(found?.id, image.id, reference);
    }
  }),
  buildCase(
    {
      id: "build.args",
      title: "hands build arguments to the Dockerfile",
      requires: { buildFeatures: ["build-args"] },
    },
    async (bench) => {
      const text = "ARG COLOUR=red\nARG SIZE=small\nLABEL colour=$COLOUR size=${SIZE}\n";
      const request = await bench.fromNothing(text, { buildArgs: { COLOUR: "blue = 'x'" } });
      const { labels } = (await bench.build(request)).image;
      assert.equal(labels["colour"], "blue = 'x'");
      assert.equal(labels["size"], "small");
    },
  ),
  buildCase(
    {
      id: "build.target",
      title: "stops at the target stage",
      requires: { buildFeatures: ["target"] },
    },
    async (bench) => {
      const contextDir = await bench.tree({ file: "content\n" });
      const text =
        "FROM scratch AS first\nCOPY file /file\nLABEL stage=first\nFROM first AS second\nLABEL stage=second\n";
      const first = await bench.build(await bench.request(text, { contextDir, target: "first" }));
      const last = await bench.build(await bench.request(text, { contextDir }));
      assert.deepEqual(
        [first.image.labels["stage"], last.image.labels["stage"]],
        ["first", "second"],
      );
    },
  ),
  buildCase(
    {
      id: "build.labels",
      title: "adds the labels asked for",
      requires: { buildFeatures: ["labels"] },
    },
    async (bench) => {
      const labels = { "org.example.a": '1 = "2"', b: "" };
      const { image } = await bench.build(await bench.fromNothing("LABEL c=d", { labels }));
      assert.deepEqual({ ...image.labels, ...labels, c: "d" }, image.labels);
    },
  ),
  buildCase(
    { id: "build.ignore", title: "keeps ignored files out of the build", requires: RUNS },
    async (bench) => {
      const contextDir = await bench.tree({
        keep: "1",
        "drop.log": "2",
        "dir/drop.log": "3",
        "dir/keep.log": "4",
      });
      // A word of its own: what an earlier run of this case left in the engine's cache prints nothing.
      const fresh = crypto.randomUUID();
      const text = `FROM ${bench.base}\nCOPY . /app/\nRUN : ${fresh}; cd /app && find . -type f | sort | tr '\\n' ' '\n`;
      const request = await bench.request(text, {
        contextDir,
        ignore: "# comment\n**/*.log\n!dir/keep.log\n",
        noCache: false,
      });
      const { events } = await bench.build(request);
      assert.ok(logOf(events).includes("./dir/keep.log ./keep"), logOf(events));
      assert.ok(!logOf(events).includes("drop.log"), logOf(events));
    },
  ),
  buildCase(
    {
      id: "build.contexts",
      title: "copies from a named context",
      requires: { buildFeatures: ["named-contexts"] },
    },
    async (bench) => {
      const dir = await bench.tree({ "from-there": "x" });
      const request = await bench.request("FROM scratch\nCOPY --from=there from-there /x\n", {
        contexts: { there: dir },
      });
      assert.equal((await bench.build(request)).images.length, 1);
    },
  ),
  buildCase(
    {
      id: "build.steps",
      title: "tells of each step when it starts and how it ends",
      requires: { base: true },
    },
    async (bench) => {
      const text = `FROM ${bench.base}\nRUN echo ${freshId()}\nLABEL a=b\n`;
      assertOrderly((await bench.build(await bench.request(text))).events);
    },
  ),
  buildCase(
    { id: "build.log", title: "passes on what RUN prints, with its step", requires: RUNS },
    async (bench) => {
      const word = freshId();
      const { events } = await bench.build(
        await bench.request(`FROM ${bench.base}\nRUN echo out-${word} && echo err-${word} >&2\n`),
      );
      assert.ok(logOf(events).includes(`out-${word}\n`) && logOf(events).includes(`err-${word}\n`));
      const steps = events.flatMap((event) => (event.kind === "step" ? [event.step] : []));
      const lines = events.filter((event) => event.kind === "log");
      assert.ok(lines.every(({ step }) => step === undefined || steps.includes(step)));
    },
  ),
  buildCase(
    {
      id: "build.network-none",
      title: "keeps RUN from the network when asked",
      requires: { ...RUNS, buildFeatures: ["network-none"] },
    },
    async (bench) => {
      const text = `FROM ${bench.base}\nRUN : ${freshId()}; ! grep -q eth0 /proc/net/dev\n`;
      await bench.build(await bench.request(text, { network: "none" }));
    },
  ),
  buildCase({ id: "build.concurrent", title: "builds three images at once" }, concurrently),
];

async function concurrently(bench: BuildBench): Promise<void> {
  const requests = await Promise.all(
    [1, 2, 3].map((n) => bench.fromNothing(`LABEL n=${n} run=${freshId()}`)),
  );
  const built = await Promise.all(requests.map((request) => bench.build(request)));
  assert.deepEqual(
    built.map(({ image }) => image.labels["n"]),
    ["1", "2", "3"],
  );
}

/** A step starts once and ends once, and nothing is said of a step that has not begun. */
function assertOrderly(events: readonly WorkEvent[]): void {
  const open = new Map<string, boolean>();
  for (const event of events) {
    if (event.kind !== "step") continue;
    const begins = event.state === "started" || event.state === "cached";
    assert.equal(open.has(event.step), !begins, `${event.state} of step ${event.step}`);
    assert.ok(event.title.length > 0, "a step without a title");
    if (!begins) assert.equal(open.get(event.step), true, `step ${event.step} ended twice`);
    open.set(event.step, event.state === "started");
  }
  assert.ok(open.size > 0, "no step was told of");
  assert.ok(![...open.values()].includes(true), "a step never ended");
}
