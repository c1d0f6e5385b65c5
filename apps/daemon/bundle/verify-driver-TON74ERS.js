import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);
import {
  BARE_RUN,
  DriverManifest,
  Fault,
  MANIFEST_FILE,
  StderrTail,
  newId,
  startFault,
  withExchange
} from "./chunk-NH7QZOIY.js";
import {
  BuildFeature,
  DriverError,
  LinesTransport,
  Probe,
  RunFeature,
  buildNeeds,
  connectDriver,
  runNeeds
} from "./chunk-W4G5GQ54.js";
import {
  TempDir,
  external_exports,
  findExecutable,
  startProcess
} from "./chunk-JQD4UGP3.js";

// apps/daemon/src/verify/verify-driver.ts
import { join as join12 } from "node:path";

// libs/driver-api/src/conformance/build/cache.ts
import assert2 from "node:assert/strict";
import { writeFile as writeFile2 } from "node:fs/promises";
import { join as join3 } from "node:path";

// libs/driver-api/src/conformance/fresh-id.ts
import { randomUUID } from "node:crypto";
function freshId() {
  return `t${randomUUID().replaceAll("-", "")}`;
}

// libs/driver-api/src/conformance/build/build-bench.ts
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join as join2 } from "node:path";

// libs/driver-api/src/conformance/build/build-request.ts
import { join } from "node:path";
function buildRequest(needed, part = {}) {
  const { contextDir, dockerfile, tags } = needed;
  return {
    id: freshId(),
    contextDir,
    dockerfile: { text: dockerfile, path: join(contextDir, "Dockerfile") },
    ignore: "",
    tags,
    platforms: [],
    buildArgs: {},
    labels: {},
    contexts: {},
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
    network: "default",
    extraHosts: [],
    noCache: false,
    pull: false,
    insecureRegistries: [],
    ...part
  };
}

// libs/driver-api/src/conformance/build/build-bench.ts
var BuildBench = class {
  facet;
  signal;
  context;
  constructor(context) {
    assert.ok(context.driver.build !== void 0);
    this.facet = context.driver.build;
    this.signal = context.signal;
    this.context = context;
  }
  /** The fixture's base image, for `FROM`. */
  get base() {
    assert.ok(this.context.fixture.base !== void 0);
    return this.context.fixture.base;
  }
  /** A directory with `files`, removed when the case ends. */
  async tree(files) {
    const dir = await mkdtemp(join2(tmpdir(), "gantry-context-"));
    this.context.cleanup.defer(() => rm(dir, { recursive: true, force: true }));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join2(dir, path)), { recursive: true });
      await writeFile(join2(dir, path), text, { mode: 420 });
    }
    return dir;
  }
  /** A request for `dockerfile`; its tags are removed when the case ends. */
  async request(dockerfile, part = {}) {
    const contextDir = part.contextDir ?? await this.tree({});
    const tags = [`conformance.test/${freshId()}:one`];
    const request = buildRequest({ contextDir, dockerfile, tags }, part);
    for (const tag of request.tags) this.#removeLater(tag);
    return request;
  }
  /** A request for a small image from nothing: a file, and what `lines` add. */
  async fromNothing(lines, part = {}) {
    const contextDir = await this.tree({ file: "content\n" });
    return this.request(`FROM scratch
COPY file /file
${lines}
`, { contextDir, ...part });
  }
  /** Builds `request` and gives what it said on the way. */
  async build(request, signal = this.signal) {
    const events = [];
    const report = async (event) => void events.push(event);
    const result = await this.facet.build(request, { signal, report });
    const [image] = result.images;
    assert.ok(image !== void 0, "the build gave no image");
    return { ...result, image, events };
  }
  /** What a build that must fail says, and how it fails. */
  async fail(request) {
    const events = [];
    const report = async (event) => void events.push(event);
    const error = await this.facet.build(request, { signal: this.signal, report }).then(
      () => assert.fail("the build succeeded"),
      (reason) => reason
    );
    return { error, events };
  }
  #removeLater(tag) {
    const images = this.context.driver.images;
    this.context.cleanup.defer(
      async () => images?.remove?.({ reference: tag }, AbortSignal.timeout(2e4))
    );
  }
};
function buildCase(about, check) {
  const requires = { ...about.requires, facet: "build" };
  return { ...about, requires, run: (context) => check(new BuildBench(context)) };
}
var RUNS = { base: true, needs: ["shell"] };
function logOf(events) {
  return events.map((event) => event.kind === "log" ? event.text : "").join("");
}

// libs/driver-api/src/conformance/build/cache.ts
var cacheCases = [
  buildCase(
    { id: "build.cached", title: "carries out nothing twice", requires: { base: true } },
    async (bench) => {
      const contextDir = await bench.tree({ a: "1" });
      const text = `FROM ${bench.base}
RUN echo ${freshId()} > /tmp/x
COPY a /a
`;
      const first = await bench.build(await bench.request(text, { contextDir }));
      const again = await bench.build(await bench.request(text, { contextDir }));
      assert2.equal(again.image.id, first.image.id);
      const steps = again.steps.filter(({ title }) => /RUN|COPY/.test(title));
      assert2.ok(steps.length >= 2, again.steps.map(({ title }) => title).join());
      assert2.ok(
        steps.every(({ cached }) => cached),
        JSON.stringify(again.steps)
      );
    }
  ),
  buildCase(
    {
      id: "build.changed-file",
      title: "carries out the steps after a changed file again, and says why",
      requires: { base: true }
    },
    async (bench) => {
      const contextDir = await bench.tree({ a: "1" });
      const text = `FROM ${bench.base}
RUN echo ${freshId()}
COPY a /a
RUN echo after
`;
      const request = await bench.request(text, { contextDir });
      await bench.build(request);
      await writeFile2(join3(contextDir, "a"), "2");
      const { steps } = await bench.build(await bench.request(text, { contextDir }));
      const [run, copy, after] = steps.filter(({ title }) => /RUN|COPY/.test(title));
      assert2.deepEqual(
        [run?.cached, copy?.cached, after?.cached],
        [true, false, false],
        JSON.stringify(steps)
      );
      if (copy?.missReason !== void 0) assert2.notEqual(copy.missReason, "");
    }
  ),
  buildCase(
    {
      id: "build.no-cache",
      title: "carries out everything again when asked",
      requires: { base: true, buildFeatures: ["no-cache"] }
    },
    async (bench) => {
      const text = `FROM ${bench.base}
RUN echo ${freshId()}
`;
      await bench.build(await bench.request(text));
      const { steps } = await bench.build(await bench.request(text, { noCache: true }));
      assert2.ok(steps.some(({ title, cached }) => /RUN/.test(title) && !cached));
    }
  ),
  buildCase(
    {
      id: "build.changed-arg",
      title: "takes a changed build argument into account",
      requires: { ...RUNS, buildFeatures: ["build-args"] }
    },
    async (bench) => {
      const text = `FROM ${bench.base}
ARG WORD
RUN echo "word ${freshId()} is $WORD"
`;
      const said2 = async (WORD) => logOf((await bench.build(await bench.request(text, { buildArgs: { WORD } }))).events);
      assert2.match(await said2("one"), /is one/);
      assert2.match(await said2("two"), /is two/);
    }
  )
];

// libs/driver-api/src/conformance/build/dockerfile.ts
import assert3 from "node:assert/strict";
var dockerfileCases = [
  buildCase(
    {
      id: "build.trivial",
      title: "builds from a base image, names the result and finds it again",
      requires: { base: true }
    },
    async (bench) => {
      const request = await bench.request(
        `FROM ${bench.base}
LABEL made.by=conformance
USER 4711
`
      );
      const { image, steps } = await bench.build(request);
      assert3.equal(image.labels["made.by"], "conformance");
      assert3.equal(image.user, "4711");
      assert3.ok(steps.length > 0, "the build names no steps");
      assert3.ok(
        image.references.some((name) => name === request.tags[0]),
        image.references.join()
      );
      const reference = request.tags[0] ?? "";
      const found = await bench.context.driver.images?.inspect({ reference }, bench.signal);
      assert3.equal(found?.id, image.id);
    }
  ),
  buildCase({ id: "build.scratch", title: "builds from nothing" }, async (bench) => {
    const { image } = await bench.build(await bench.fromNothing(`LABEL n=${freshId()}`));
    assert3.match(image.id, /^sha256:[0-9a-f]{64}$/);
  }),
  buildCase({ id: "build.tags", title: "gives the image every name asked for" }, async (bench) => {
    const tags = ["one", "two"].map((tag) => `conformance.test/${freshId()}:${tag}`);
    const { image } = await bench.build(await bench.fromNothing("LABEL x=y", { tags }));
    for (const reference of tags) {
      const found = await bench.context.driver.images?.inspect({ reference }, bench.signal);
      assert3.equal(found?.id, image.id, reference);
    }
  }),
  buildCase(
    {
      id: "build.args",
      title: "hands build arguments to the Dockerfile",
      requires: { buildFeatures: ["build-args"] }
    },
    async (bench) => {
      const text = "ARG COLOUR=red\nARG SIZE=small\nLABEL colour=$COLOUR size=${SIZE}\n";
      const request = await bench.fromNothing(text, { buildArgs: { COLOUR: "blue = 'x'" } });
      const { labels } = (await bench.build(request)).image;
      assert3.equal(labels["colour"], "blue = 'x'");
      assert3.equal(labels["size"], "small");
    }
  ),
  buildCase(
    {
      id: "build.target",
      title: "stops at the target stage",
      requires: { buildFeatures: ["target"] }
    },
    async (bench) => {
      const contextDir = await bench.tree({ file: "content\n" });
      const text = "FROM scratch AS first\nCOPY file /file\nLABEL stage=first\nFROM first AS second\nLABEL stage=second\n";
      const first = await bench.build(await bench.request(text, { contextDir, target: "first" }));
      const last = await bench.build(await bench.request(text, { contextDir }));
      assert3.deepEqual(
        [first.image.labels["stage"], last.image.labels["stage"]],
        ["first", "second"]
      );
    }
  ),
  buildCase(
    {
      id: "build.labels",
      title: "adds the labels asked for",
      requires: { buildFeatures: ["labels"] }
    },
    async (bench) => {
      const labels = { "org.example.a": '1 = "2"', b: "" };
      const { image } = await bench.build(await bench.fromNothing("LABEL c=d", { labels }));
      assert3.deepEqual({ ...image.labels, ...labels, c: "d" }, image.labels);
    }
  ),
  buildCase(
    { id: "build.ignore", title: "keeps ignored files out of the build", requires: RUNS },
    async (bench) => {
      const contextDir = await bench.tree({
        keep: "1",
        "drop.log": "2",
        "dir/drop.log": "3",
        "dir/keep.log": "4"
      });
      const fresh = crypto.randomUUID();
      const text = `FROM ${bench.base}
COPY . /app/
RUN : ${fresh}; cd /app && find . -type f | sort | tr '\\n' ' '
`;
      const request = await bench.request(text, {
        contextDir,
        ignore: "# comment\n**/*.log\n!dir/keep.log\n",
        noCache: false
      });
      const { events } = await bench.build(request);
      assert3.ok(logOf(events).includes("./dir/keep.log ./keep"), logOf(events));
      assert3.ok(!logOf(events).includes("drop.log"), logOf(events));
    }
  ),
  buildCase(
    {
      id: "build.contexts",
      title: "copies from a named context",
      requires: { buildFeatures: ["named-contexts"] }
    },
    async (bench) => {
      const dir = await bench.tree({ "from-there": "x" });
      const request = await bench.request("FROM scratch\nCOPY --from=there from-there /x\n", {
        contexts: { there: dir }
      });
      assert3.equal((await bench.build(request)).images.length, 1);
    }
  ),
  buildCase(
    {
      id: "build.steps",
      title: "tells of each step when it starts and how it ends",
      requires: { base: true }
    },
    async (bench) => {
      const text = `FROM ${bench.base}
RUN echo ${freshId()}
LABEL a=b
`;
      assertOrderly((await bench.build(await bench.request(text))).events);
    }
  ),
  buildCase(
    { id: "build.log", title: "passes on what RUN prints, with its step", requires: RUNS },
    async (bench) => {
      const word = freshId();
      const { events } = await bench.build(
        await bench.request(`FROM ${bench.base}
RUN echo out-${word} && echo err-${word} >&2
`)
      );
      assert3.ok(logOf(events).includes(`out-${word}
`) && logOf(events).includes(`err-${word}
`));
      const steps = events.flatMap((event) => event.kind === "step" ? [event.step] : []);
      const lines = events.filter((event) => event.kind === "log");
      assert3.ok(lines.every(({ step }) => step === void 0 || steps.includes(step)));
    }
  ),
  buildCase(
    {
      id: "build.network-none",
      title: "keeps RUN from the network when asked",
      requires: { ...RUNS, buildFeatures: ["network-none"] }
    },
    async (bench) => {
      const text = `FROM ${bench.base}
RUN : ${freshId()}; ! grep -q eth0 /proc/net/dev
`;
      await bench.build(await bench.request(text, { network: "none" }));
    }
  ),
  buildCase({ id: "build.concurrent", title: "builds three images at once" }, concurrently)
];
async function concurrently(bench) {
  const requests = await Promise.all(
    [1, 2, 3].map((n) => bench.fromNothing(`LABEL n=${n} run=${freshId()}`))
  );
  const built = await Promise.all(requests.map((request) => bench.build(request)));
  assert3.deepEqual(
    built.map(({ image }) => image.labels["n"]),
    ["1", "2", "3"]
  );
}
function assertOrderly(events) {
  const open2 = /* @__PURE__ */ new Map();
  for (const event of events) {
    if (event.kind !== "step") continue;
    const begins = event.state === "started" || event.state === "cached";
    assert3.equal(open2.has(event.step), !begins, `${event.state} of step ${event.step}`);
    assert3.ok(event.title.length > 0, "a step without a title");
    if (!begins) assert3.equal(open2.get(event.step), true, `step ${event.step} ended twice`);
    open2.set(event.step, event.state === "started");
  }
  assert3.ok(open2.size > 0, "no step was told of");
  assert3.ok(![...open2.values()].includes(true), "a step never ended");
}

// libs/driver-api/src/conformance/build/failures.ts
import assert5 from "node:assert/strict";

// libs/driver-api/src/conformance/expect-driver-error.ts
import assert4 from "node:assert/strict";
import { inspect } from "node:util";
async function expectDriverError(work, ...codes) {
  const error = await work.then(
    () => void 0,
    (reason) => reason
  );
  const expected = `a DriverError with code ${codes.join(" or ")}`;
  assert4.ok(error !== void 0, `expected ${expected}, but the call succeeded`);
  assert4.ok(error instanceof DriverError, `expected ${expected}, got ${inspect(error)}`);
  assert4.ok(
    codes.includes(error.code),
    `expected ${expected}, got ${error.code}: ${error.message}`
  );
  assert4.ok(error.message.length > 0, "a DriverError says what happened");
  assert4.ok(error.hint.length > 0, "a DriverError says what to try");
  return error;
}

// libs/driver-api/src/conformance/build/failures.ts
var failureCases = [
  buildCase(
    { id: "build.run-fails", title: "says which step failed and what it printed", requires: RUNS },
    async (bench) => {
      const word = freshId();
      const request = await bench.request(`FROM ${bench.base}
RUN echo ${word}; exit 3
`);
      const { error, events } = await bench.fail(request);
      assertCode(error, "build-failed");
      assert5.ok(logOf(events).includes(word), "the output of the failed step is missing");
      const failed = events.find((event) => event.kind === "step" && event.state === "failed");
      assert5.ok(failed?.kind === "step" && /RUN/.test(failed.title), JSON.stringify(failed));
      assert5.match(error instanceof Error ? error.message : "", /3/);
      await assertNoImage(bench, request.tags);
    }
  ),
  buildCase(
    { id: "build.unknown-instruction", title: "names the line of an unknown instruction" },
    async (bench) => {
      const { error } = await bench.fail(
        await bench.request("FROM scratch\n\nLABEL a=b\nFROBNICATE x\n")
      );
      assertCode(error, "invalid-request");
      assert5.ok(error instanceof DriverError);
      assert5.equal(error.location?.line, 4, JSON.stringify(error.location));
      assert5.match(error.message, /FROBNICATE/i);
    }
  ),
  buildCase({ id: "build.empty", title: "refuses a Dockerfile without a stage" }, async (bench) => {
    const { error } = await bench.fail(await bench.request("# nothing here\n"));
    assertCode(error, "invalid-request");
  }),
  buildCase(
    { id: "build.missing-file", title: "names a file that is not in the context" },
    async (bench) => {
      const { error } = await bench.fail(
        await bench.request("FROM scratch\nCOPY not-there.txt /x\n")
      );
      assertCode(error, "build-failed", "invalid-request");
      assert5.match(error instanceof Error ? error.message : "", /not-there\.txt/);
    }
  ),
  buildCase(
    { id: "build.missing-base", title: "names a base image that cannot be had" },
    async (bench) => {
      const base = "127.0.0.1:9/nobody/nothing:none";
      const { error } = await bench.fail(await bench.request(`FROM ${base}
LABEL a=b
`));
      assertCode(error, "image-not-found", "base-unusable", "registry-unreachable");
      assert5.match(error instanceof Error ? error.message : "", /nobody\/nothing/);
    }
  ),
  buildCase(
    {
      id: "build.missing-target",
      title: "refuses a target that is no stage",
      requires: { buildFeatures: ["target"] }
    },
    async (bench) => {
      const { error } = await bench.fail(
        await bench.request("FROM scratch AS a\nLABEL a=b\n", { target: "zzz" })
      );
      assertCode(error, "invalid-request");
      assert5.match(error instanceof Error ? error.message : "", /zzz/);
    }
  ),
  buildCase(
    { id: "build.canceled", title: "stops within seconds when told to", requires: { base: true } },
    cancelMidway
  ),
  buildCase(
    { id: "build.canceled-before", title: "does not begin what is canceled already" },
    async (bench) => {
      const request = await bench.request("FROM scratch\nLABEL a=b\n");
      await expectDriverError(bench.build(request, AbortSignal.abort()), "canceled");
      await assertNoImage(bench, request.tags);
    }
  )
];
async function cancelMidway(bench) {
  const request = await bench.request(`FROM ${bench.base}
RUN echo ${freshId()} && sleep 60
`);
  const aborter = new AbortController();
  const running = Promise.withResolvers();
  const report = async (event) => {
    if (event.kind === "step" && event.state === "started" && /RUN/.test(event.title)) {
      running.resolve();
    }
  };
  const build = expectDriverError(
    bench.facet.build(request, { signal: aborter.signal, report }),
    "canceled"
  );
  await Promise.race([running.promise, build]);
  const since = performance.now();
  aborter.abort();
  await build;
  assert5.ok(performance.now() - since < 1e4, "it took over ten seconds to stop");
  await assertNoImage(bench, request.tags);
}
async function assertNoImage(bench, tags) {
  for (const reference of tags) {
    const image = await bench.context.driver.images?.inspect({ reference }, bench.signal);
    assert5.equal(image, void 0, `${reference} was made all the same`);
  }
}
function assertCode(error, ...codes) {
  assert5.ok(error instanceof DriverError, `expected a DriverError, got ${String(error)}`);
  assert5.ok(
    codes.includes(error.code),
    `expected ${codes.join(" or ")}, got ${error.code}: ${error.message}`
  );
  assert5.notEqual(error.hint, "");
}

// libs/driver-api/src/conformance/build/images.ts
import assert6 from "node:assert/strict";
import { mkdtemp as mkdtemp2, rm as rm2 } from "node:fs/promises";
import { tmpdir as tmpdir2 } from "node:os";
import { join as join4 } from "node:path";
var imageCases = [
  imageCase(
    {
      id: "images.inspect",
      title: "tells of an image by id and by name, and of none that is not there"
    },
    async (bench, images) => {
      const made = await anImage(bench);
      const [reference = ""] = made.references;
      assert6.equal((await images.inspect({ id: made.id }, bench.signal))?.id, made.id);
      assert6.equal((await images.inspect({ reference }, bench.signal))?.id, made.id);
      assert6.equal(
        await images.inspect({ reference: `conformance.test/${freshId()}:no` }, bench.signal),
        void 0
      );
      assert6.equal(
        await images.inspect({ id: `sha256:${"0".repeat(64)}` }, bench.signal),
        void 0
      );
    }
  ),
  imageCase(
    {
      id: "images.tag",
      title: "gives an image a further name",
      requires: { imageMembers: ["tag", "remove"] }
    },
    async (bench, images) => {
      const made = await anImage(bench);
      const reference = `conformance.test/${freshId()}:tagged`;
      await images.tag?.({ id: made.id }, reference, bench.signal);
      const tagged = await images.inspect({ reference }, bench.signal);
      assert6.equal(tagged?.id, made.id);
      assert6.ok(tagged?.references.includes(reference));
      await images.remove?.({ reference }, bench.signal);
      assert6.equal(await images.inspect({ reference }, bench.signal), void 0);
      assert6.equal(
        (await images.inspect({ id: made.id }, bench.signal))?.id,
        made.id,
        "the image went with one of its names"
      );
    }
  ),
  imageCase(
    {
      id: "images.tag-unknown",
      title: "cannot name an image that is not there",
      requires: { imageMembers: ["tag"] }
    },
    async (bench, images) => {
      const tag = images.tag?.(
        { id: `sha256:${"1".repeat(64)}` },
        "conformance.test/x:y",
        bench.signal
      );
      await expectDriverError(tag ?? Promise.resolve(), "image-not-found", "not-found");
    }
  ),
  imageCase(
    {
      id: "images.remove-twice",
      title: "takes a second removal",
      requires: { imageMembers: ["remove"] }
    },
    async (bench, images) => {
      const made = await anImage(bench);
      await images.remove?.({ id: made.id }, bench.signal);
      assert6.equal(await images.inspect({ id: made.id }, bench.signal), void 0);
      await images.remove?.({ id: made.id }, bench.signal);
      await images.remove?.({ reference: `conformance.test/${freshId()}:no` }, bench.signal);
    }
  ),
  imageCase(
    {
      id: "images.round-trip",
      title: "exports an image and takes it back with the same id",
      requires: { imageMembers: ["exportTo", "importFrom", "remove"] }
    },
    roundTrip
  ),
  imageCase(
    {
      id: "images.import-missing",
      title: "says that a layout does not hold the image",
      requires: { imageMembers: ["importFrom"] }
    },
    async (bench, images) => {
      const dir = await bench.tree({
        "oci-layout": '{"imageLayoutVersion":"1.0.0"}',
        "index.json": '{"schemaVersion":2,"manifests":[]}'
      });
      const work = { signal: bench.signal, report: async () => {
      } };
      const taken = images.importFrom?.(dir, `sha256:${"2".repeat(64)}`, work);
      await expectDriverError(
        taken ?? Promise.resolve(),
        "image-not-found",
        "not-found",
        "invalid-request"
      );
    }
  )
];
async function roundTrip(bench, images) {
  const made = await anImage(bench);
  const dir = await mkdtemp2(join4(tmpdir2(), "gantry-layout-"));
  try {
    const work = { signal: bench.signal, report: async () => {
    } };
    const digest = await images.exportTo?.({ id: made.id }, join4(dir, "new"), work);
    assert6.match(digest ?? "", /^sha256:[0-9a-f]{64}$/);
    await images.remove?.({ id: made.id }, bench.signal);
    const back = await images.importFrom?.(join4(dir, "new"), digest ?? "", work);
    assert6.equal(back?.id, made.id);
    assert6.equal(back?.labels["mark"], made.labels["mark"]);
    assert6.equal((await images.inspect({ id: made.id }, bench.signal))?.id, made.id);
    await images.remove?.({ id: made.id }, bench.signal);
  } finally {
    await rm2(dir, { recursive: true, force: true });
  }
}
async function anImage(bench) {
  return (await bench.build(await bench.fromNothing(`LABEL mark=${freshId()}`))).image;
}
function imageCase(about, check) {
  return {
    ...about,
    requires: { ...about.requires, facet: "build" },
    run: async (context) => {
      assert6.ok(context.driver.images !== void 0, "a driver that builds tells of its images");
      await check(new BuildBench(context), context.driver.images);
    }
  };
}

// libs/driver-api/src/conformance/build/refusals.ts
import assert7 from "node:assert/strict";
var SECRET = { id: "s", read: async () => Buffer.from("x") };
var ASKING = {
  "build-args": { buildArgs: { A: "b" } },
  "cache-from": { cacheFrom: [{ type: "local", attributes: { src: "/tmp/none" } }] },
  "cache-to": { cacheTo: [{ type: "local", attributes: { dest: "/tmp/none" } }] },
  "extra-hosts": { extraHosts: ["example.test:127.0.0.1"] },
  labels: { labels: { a: "b" } },
  "multi-platform": { platforms: ["linux/amd64", "linux/arm64"] },
  "named-contexts": { contexts: { other: "/tmp" } },
  "network-host": { network: "host" },
  "network-none": { network: "none" },
  "no-cache": { noCache: true },
  pull: { pull: true },
  secrets: { secrets: [SECRET] },
  ssh: { ssh: [{ id: "default", socket: "/tmp/none.sock" }] },
  target: { target: "a" }
};
var buildRefusalCases = BuildFeature.options.map(
  (feature) => buildCase(
    {
      id: `build.refuses-${feature}`,
      title: `refuses ${feature} by name unless it declares it`,
      requires: { undeclared: feature }
    },
    async (bench) => {
      const request = await bench.request("FROM scratch AS a\nLABEL a=b\n", ASKING[feature]);
      assert7.ok(buildNeeds(request).includes(feature));
      const error = await expectDriverError(bench.build(request), "unsupported");
      assert7.equal(error.need, feature);
    }
  )
);

// libs/driver-api/src/conformance/build/secrets.ts
import assert8 from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp as mkdtemp3, readdir, readFile, rm as rm3 } from "node:fs/promises";
import { tmpdir as tmpdir3 } from "node:os";
import { join as join5 } from "node:path";
import { gunzipSync } from "node:zlib";
var SECRETS = { ...RUNS, buildFeatures: ["secrets"] };
var secretCases = [
  buildCase(
    {
      id: "build.secret",
      title: "shows a secret to its step and leaves it nowhere",
      requires: SECRETS
    },
    async (bench) => {
      const value = `secret${randomBytes(12).toString("hex")}`;
      const test = `test "$(wc -c < /run/secrets/token)" -eq ${value.length} && cp /run/secrets/token /dev/null`;
      const text = `FROM ${bench.base}
RUN --mount=type=secret,id=token : ${freshId()} && ${test}
RUN test ! -s /run/secrets/token
`;
      const secrets = [{ id: "token", read: async () => Buffer.from(value) }];
      const built = await bench.build(await bench.request(text, { secrets }));
      assert8.ok(
        !JSON.stringify({ ...built }).includes(value),
        "the secret is in an event or in the result"
      );
      await assertNotInImage(bench, built.image, value);
    }
  ),
  buildCase(
    {
      id: "build.secret-unread",
      title: "does not read a secret that no step asks for",
      requires: { buildFeatures: ["secrets"] }
    },
    async (bench) => {
      let reads = 0;
      const read = async () => {
        reads += 1;
        return Buffer.from("x");
      };
      await bench.build(
        await bench.fromNothing("LABEL a=b", { secrets: [{ id: "unused", read }] })
      );
      assert8.equal(reads, 0);
    }
  )
];
async function assertNotInImage(bench, image, value) {
  const images = bench.context.driver.images;
  if (images?.exportTo === void 0) return;
  const dir = await mkdtemp3(join5(tmpdir3(), "gantry-layout-"));
  try {
    await images.exportTo({ id: image.id }, dir, { signal: bench.signal, report: async () => {
    } });
    const blobs = await readdir(join5(dir, "blobs/sha256"));
    for (const blob of blobs) {
      const bytes = unzipped(await readFile(join5(dir, "blobs/sha256", blob)));
      assert8.ok(!bytes.includes(value), `the secret is in blob ${blob}`);
    }
  } finally {
    await rm3(dir, { recursive: true, force: true });
  }
}
function unzipped(bytes) {
  return bytes[0] === 31 && bytes[1] === 139 ? gunzipSync(bytes) : bytes;
}

// libs/driver-api/src/conformance/probe.ts
import assert9 from "node:assert/strict";
var probeCases = [
  {
    id: "probe.answers",
    title: "says within five seconds how its engine is",
    requires: {},
    run: async ({ driver, signal }) => {
      const since = performance.now();
      const probe = Probe.parse(await driver.probe(signal));
      assert9.ok(performance.now() - since < 5e3, "the probe took over five seconds");
      assert9.notEqual(probe.state, "unavailable", JSON.stringify(probe.problems));
      assert9.equal(probe.problems.length === 0, probe.state === "ready");
    }
  },
  {
    id: "probe.facets",
    title: "builds, runs, or both",
    requires: {},
    run: async ({ driver }) => {
      assert9.ok(driver.build !== void 0 || driver.run !== void 0, "it has no facet");
      const facets = [driver.build, driver.run].filter((facet) => facet !== void 0);
      for (const { capabilities } of facets) {
        const { features, platforms } = capabilities;
        assert9.equal(new Set(features).size, features.length, "a feature is declared twice");
        assert9.ok(platforms.length > 0, "no platform is declared");
        for (const each of platforms) assert9.match(each, /^[^/]+\/[^/]+(\/[^/]+)?$/);
      }
    }
  }
];

// libs/driver-api/src/conformance/run/ending.ts
import assert11 from "node:assert/strict";

// libs/driver-api/src/conformance/run/run-bench.ts
import assert10 from "node:assert/strict";

// libs/driver-api/src/conformance/program.ts
var OUTPUTS_DIR = "/cnab/app/outputs";
function toShellCommand(program) {
  return ["sh", "-c", program.map(toShellLine).join("\n")];
}
function toShellLine(step) {
  if ("print" in step) return `printf %s ${quote(step.print)}${redirection(step.to)}`;
  if ("lines" in step) return countingLoop(step.lines, step.prefix) + redirection(step.to);
  if ("sleepMs" in step) return waitLoop(step.sleepMs);
  if ("write" in step) return writeFile3(`${OUTPUTS_DIR}/${step.write}`, step.text);
  if ("exit" in step) return `exit ${step.exit}`;
  if (step.onTerm === "ignore") return "trap '' TERM";
  return `trap ${quote(`printf %s ${quote(step.onTerm.print)}; exit ${step.onTerm.exit}`)} TERM`;
}
function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
function redirection(to) {
  return to === "stderr" ? " >&2" : "";
}
function countingLoop(count, prefix) {
  return `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); printf '%s%s\\n' ${quote(prefix)} $i; done`;
}
function waitLoop(ms) {
  const naps = Math.max(1, Math.ceil(ms / 100));
  return `n=0; while [ $n -lt ${naps} ]; do n=$((n+1)); sleep 0.1; done`;
}
function writeFile3(path, text) {
  const dir = path.slice(0, path.lastIndexOf("/"));
  return `mkdir -p ${quote(dir)} && printf %s ${quote(text)} > ${quote(path)}`;
}

// libs/driver-api/src/conformance/run/run-bench.ts
var RunBench = class {
  facet;
  image;
  signal;
  #context;
  constructor(context) {
    assert10.ok(context.driver.run !== void 0 && context.image !== void 0);
    this.facet = context.driver.run;
    this.image = context.image;
    this.signal = context.signal;
    this.#context = context;
  }
  /** A spec that asks for nothing special, with `part` over it. */
  spec(what, part = {}) {
    const { fixture } = this.#context;
    const toCommand = fixture.command?.bind(fixture) ?? toShellCommand;
    const spec = {
      id: freshId(),
      owner: "conformance",
      labels: {},
      image: this.image.ref,
      command: typeof what === "string" ? ["sh", "-c", what] : toCommand(what),
      environment: [],
      files: [],
      outputsDir: OUTPUTS_DIR,
      mounts: [],
      network: "default",
      privileged: false,
      capabilities: [],
      engineSocket: false,
      ...part
    };
    return fixture.adapt?.(spec) ?? spec;
  }
  /** Starts a run that is removed when the case ends. */
  async start(what, part = {}) {
    const spec = this.spec(what, part);
    return this.own(await this.facet.start(spec, this.signal));
  }
  /** Starts a run, waits for its end and reads all of it. */
  async finish(what, part = {}) {
    const run = await this.start(what, part);
    const outcome = await run.outcome(this.signal);
    return { run, outcome, ...await this.text(run), files: await this.outputs(run) };
  }
  /** Has `run` removed when the case ends. */
  own(run) {
    this.#context.cleanup.defer(async () => {
      await run.remove(AbortSignal.timeout(2e4));
      await run[Symbol.asyncDispose]();
    });
    return run;
  }
  /** A second connection, let go when the case ends. */
  async connect() {
    return this.#context.cleanup.use(await this.#context.fixture.connect());
  }
  async events(run, cursor) {
    return Array.fromAsync(run.events(cursor, this.signal));
  }
  async text(run) {
    const events = await this.events(run);
    return { stdout: textOf(events, "stdout"), stderr: textOf(events, "stderr") };
  }
  /** The outputs by path, put together from their pieces. */
  async outputs(run) {
    const files = /* @__PURE__ */ new Map();
    let open2;
    for await (const piece of run.outputs(this.signal)) {
      assert10.ok(piece.data.length <= 1024 * 1024, `piece of ${piece.path} is over 1 MiB`);
      assert10.ok(open2 === void 0 || open2 === piece.path, `pieces of ${open2} are torn apart`);
      assert10.ok(open2 !== void 0 || !files.has(piece.path), `${piece.path} comes twice`);
      files.set(piece.path, Buffer.concat([files.get(piece.path) ?? Buffer.alloc(0), piece.data]));
      open2 = piece.last ? void 0 : piece.path;
    }
    assert10.equal(open2, void 0, "the last piece of the last file is missing");
    return files;
  }
  /** Asserts that nothing of the run is left and that the driver has forgotten it. */
  async assertGone(id) {
    assert10.equal(
      await this.facet.recover(id, this.signal),
      void 0,
      "the run can still be found"
    );
    const { fixture } = this.#context;
    const left = fixture.leftovers === void 0 ? [] : await fixture.leftovers(id);
    assert10.deepEqual(left, [], "the run left something behind");
  }
};
function textOf(events, stream) {
  return events.map(({ event }) => event.kind === "log" && event.stream === stream ? event.text : "").join("");
}
function exitCodeOf(outcome) {
  assert10.equal(outcome.kind, "exited", `the run is ${JSON.stringify(outcome)}`);
  return outcome.kind === "exited" ? outcome.exitCode : -1;
}
function inputFile(path, content) {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return { path, content: bytes, mode: 256, sensitive: false, existing: "refuse" };
}
function runCase(about, check) {
  const requires = { needs: ["program"], ...about.requires, facet: "run" };
  return {
    id: about.id,
    title: about.title,
    requires,
    run: (context) => check(new RunBench(context))
  };
}
var SHELL = { needs: ["program", "shell"] };

// libs/driver-api/src/conformance/run/ending.ts
var endingCases = [
  runCase(
    {
      id: "run.handles",
      title: "runs images of type docker and oci and no exotic ones",
      requires: { needs: [] }
    },
    async ({ facet, signal }) => {
      assert11.equal(await facet.handles("docker", signal), true);
      assert11.equal(await facet.handles("oci", signal), true);
      assert11.equal(await facet.handles("exotic", signal), false);
    }
  ),
  runCase({ id: "run.exit-codes", title: "reports exit codes 0, 7 and 255" }, async (bench) => {
    for (const exit of [0, 7, 255]) {
      const { outcome } = await bench.finish([{ exit }]);
      assert11.deepEqual(outcome, { kind: "exited", exitCode: exit, outOfMemory: false });
    }
  }),
  runCase(
    { id: "run.exit-126-127", title: "reports 126 and 127 as the shell does", requires: SHELL },
    async (bench) => {
      assert11.equal(exitCodeOf((await bench.finish("/no/such/program")).outcome), 127);
      assert11.equal(exitCodeOf((await bench.finish("exec /etc")).outcome), 126);
    }
  ),
  runCase(
    { id: "run.exit-signal", title: "reports 128 + n for signal n", requires: SHELL },
    async (bench) => {
      const { outcome } = await bench.finish("sh -c 'kill -KILL $$'; exit $?");
      assert11.equal(exitCodeOf(outcome), 137);
    }
  ),
  runCase(
    {
      id: "run.missing-program",
      title: "tells that the program is not in the image",
      requires: SHELL
    },
    async (bench) => {
      const command = ["/no/such/program"];
      const outcome = await bench.finish("", { command }).then(
        (finished2) => exitCodeOf(finished2.outcome),
        (error) => error instanceof DriverError ? error.code : error
      );
      assert11.ok(outcome === 127 || outcome === "invalid-request", `got ${String(outcome)}`);
    }
  ),
  runCase(
    {
      id: "run.command",
      title: "runs the command, not the image's entrypoint, with its arguments as they are",
      requires: SHELL
    },
    async (bench) => {
      const words = ["a b", "", '"', "$HOME", "-n", "\xFC"];
      const { stdout } = await bench.finish("", {
        command: ["sh", "-c", `for each in "$@"; do printf '<%s>' "$each"; done`, "sh", ...words]
      });
      assert11.equal(stdout, words.map((word) => `<${word}>`).join(""));
    }
  ),
  runCase(
    { id: "run.outcome-canceled", title: "lets go of waiting when told to, not of the run" },
    async (bench) => {
      const run = await bench.start([{ sleepMs: 400 }, { exit: 4 }]);
      await assert11.rejects(run.outcome(AbortSignal.timeout(50)));
      assert11.equal(exitCodeOf(await run.outcome(bench.signal)), 4);
    }
  )
];

// libs/driver-api/src/conformance/run/engine.ts
import assert12 from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdtemp as mkdtemp4, realpath, rm as rm4, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir as tmpdir4 } from "node:os";
import { dirname as dirname2, join as join6 } from "node:path";
var ENGINE = {
  needs: ["program", "shell", "inputs"],
  runFeatures: ["engine-socket"]
};
var engineCases = [
  runCase(
    {
      id: "run.engine-socket",
      title: "says where the engine's own socket is",
      requires: ENGINE
    },
    async (bench) => {
      assert12.ok(bench.facet.engineSocket !== void 0, "engine-socket is declared, and not there");
      const path = await bench.facet.engineSocket(bench.signal);
      assert12.ok((await stat(path)).isSocket(), `${path} is no socket`);
    }
  ),
  runCase(
    {
      id: "run.engine-brokered",
      title: "shows a run the caller's socket, also after it was made anew",
      requires: ENGINE
    },
    async (bench) => {
      const dir = await realpath(await mkdtemp4(join6(tmpdir4(), "gantry-engine-socket-")));
      try {
        await chmod(dir, 493);
        await seesBoth(bench, join6(dir, "docker.sock"));
      } finally {
        await rm4(dir, { recursive: true });
      }
    }
  )
];
var SOCKET = "/var/run/docker.sock";
var SCRIPT = `nap() { n=$((n+1)); [ $n -lt 400 ] || exit 9; sleep 0.1; }
n=0
test -w ${SOCKET} || exit 8
echo first
while test -S ${SOCKET}; do nap; done
echo gone
until test -w ${SOCKET}; do nap; done
echo second`;
async function seesBoth(bench, path) {
  await using before = await listen(path);
  const run = await bench.start(SCRIPT, { engineSocket: { path } });
  await said(bench, run, "first");
  const seen = await run.observe?.(bench.signal);
  assert12.ok(seen?.engineSocket ?? true, "it is not observed to see an engine");
  const source = await realpath(seen?.engineSocketSource ?? path);
  assert12.ok([path, dirname2(path)].includes(source), `it is observed to see ${source}`);
  await before[Symbol.asyncDispose]();
  await said(bench, run, "gone");
  await using _after = await listen(path);
  const outcome = await run.outcome(bench.signal);
  assert12.equal(exitCodeOf(outcome), 0, (await bench.text(run)).stderr);
  assert12.equal((await bench.text(run)).stdout, "first\ngone\nsecond\n");
}
async function listen(path) {
  const server = createServer((socket) => socket.end());
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 438);
  return {
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    }
  };
}
async function said({ signal }, run, word) {
  for await (const { event } of run.events(void 0, signal)) {
    if (event.kind === "log" && event.text.includes(word)) return;
  }
  assert12.fail(`the program ended before it said "${word}"`);
}

// libs/driver-api/src/conformance/run/inputs.ts
import assert13 from "node:assert/strict";
import { randomBytes as randomBytes2 } from "node:crypto";
import { readdir as readdir2, readFile as readFile2 } from "node:fs/promises";
var INPUTS = { needs: ["program", "shell", "inputs"] };
var ODD_VALUES = [
  `double " and single '`,
  "two\nlines\n",
  "a=b=c",
  "$(exit 9) `id` $HOME \\n",
  "  spaces  ",
  "",
  "\xFCn\xEFc\xF6d\xE9 \u2603",
  "--flag"
];
var OWN_NAMES = "PATH HOME HOSTNAME PWD OLDPWD SHLVL TERM USER LOGNAME SHELL LANG container _";
var inputCases = [
  runCase(
    { id: "run.environment", title: "hands over odd values exactly", requires: INPUTS },
    async (bench) => {
      const environment = ODD_VALUES.map((value, index) => variable(`V${index}`, value));
      const script = environment.map(({ name }) => `printf %s "$${name}" > ${OUTPUTS_DIR}/${name}`);
      const { files } = await bench.finish(script.join("\n"), { environment });
      for (const { name, value } of environment) assert13.equal(files.get(name)?.toString(), value);
    }
  ),
  runCase(
    {
      id: "run.environment-clean",
      title: "adds nothing of the host to the environment",
      requires: INPUTS
    },
    async (bench) => {
      const { stdout } = await bench.finish("env", { environment: [variable("ONLY", "1")] });
      const names = stdout.trim().split("\n").map((line) => line.split("=")[0]);
      const known = /* @__PURE__ */ new Set([...OWN_NAMES.split(" "), "ONLY"]);
      assert13.deepEqual(
        names.filter((name) => name !== void 0 && !known.has(name)),
        []
      );
      assert13.ok(names.includes("ONLY"));
    }
  ),
  runCase(
    {
      id: "run.secret-argv",
      title: "shows no sensitive value in the arguments of a process",
      requires: { needs: ["program", "host-processes"] }
    },
    async (bench) => {
      const secret = `secret${randomBytes2(8).toString("hex")}`;
      await bench.start([{ sleepMs: 1500 }], {
        environment: [{ name: "TOKEN", value: secret, sensitive: true }],
        files: [{ ...inputFile("/secrets/token", secret), sensitive: true }]
      });
      for (let look = 0; look < 5; look += 1) {
        assert13.deepEqual(await processesShowing(secret), []);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  ),
  runCase(
    {
      id: "run.files",
      title: "puts files in place with mode and owner, bytes untouched",
      requires: INPUTS
    },
    async (bench) => {
      const bytes = randomBytes2(1e6);
      const { outcome, stdout, files } = await bench.finish(
        `cd /in-put/deep && ls -ln binary empty && cp binary empty ${OUTPUTS_DIR}/`,
        { files: [inputFile("/in-put/deep/binary", bytes), inputFile("/in-put/deep/empty", "")] }
      );
      assert13.equal(exitCodeOf(outcome), 0, stdout);
      for (const line of stdout.trim().split("\n")) {
        const [mode, , uid, gid] = line.split(/\s+/);
        assert13.equal(mode?.slice(0, 10), "-r--------", line);
        assert13.deepEqual([uid, gid], [String(bench.image.uid), String(bench.image.gid)], line);
      }
      assert13.ok(files.get("binary")?.equals(bytes), "the binary file changed");
      assert13.equal(files.get("empty")?.length, 0);
    }
  ),
  runCase(
    { id: "run.file-exists", title: "refuses a file that the image has already", requires: INPUTS },
    async (bench) => {
      const spec = bench.spec("true", { files: [inputFile(bench.image.existingFile, "other")] });
      const error = await expectDriverError(bench.facet.start(spec, bench.signal), "file-exists");
      assert13.ok(error.message.includes(bench.image.existingFile), error.message);
      await bench.assertGone(spec.id);
    }
  ),
  runCase(
    {
      id: "run.file-replace",
      title: "replaces a file of the image when asked to, for that run only",
      requires: INPUTS
    },
    async (bench) => {
      const path = bench.image.existingFile;
      const before = (await bench.finish(`cat ${path}`)).stdout;
      const entry = { ...inputFile(path, "other\n"), existing: "replace" };
      assert13.equal((await bench.finish(`cat ${path}`, { files: [entry] })).stdout, "other\n");
      assert13.equal((await bench.finish(`cat ${path}`)).stdout, before);
    }
  ),
  runCase(
    {
      id: "run.directories",
      title: "leaves mode and owner of existing directories alone",
      requires: INPUTS
    },
    async (bench) => {
      const dir = bench.image.existingFile.replace(/\/[^/]+$/, "") || "/";
      const script = `for d in / /tmp ${dir}; do ls -ldn $d | cut -c1-10; ls -ldn $d | awk '{print $3, $4}'; done`;
      const plain = await bench.finish(script);
      const files = [
        inputFile(`${dir}/added`, "x"),
        inputFile("/tmp/added", "x"),
        inputFile("/added", "x")
      ];
      const withFiles = await bench.finish(script, { files });
      assert13.equal(exitCodeOf(withFiles.outcome), 0);
      assert13.equal(withFiles.stdout, plain.stdout);
    }
  ),
  runCase(
    { id: "run.files-gone", title: "keeps files from the next run", requires: INPUTS },
    async (bench) => {
      await bench.finish("true", { files: [inputFile("/in-put/once", "x")] });
      const { outcome } = await bench.finish("test ! -e /in-put/once");
      assert13.equal(exitCodeOf(outcome), 0);
    }
  )
];
function variable(name, value) {
  return { name, value, sensitive: false };
}
async function processesShowing(secret) {
  const pids = (await readdir2("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile2(`/proc/${pid}/cmdline`, "utf8").catch(() => ""))
  );
  return lines.filter((line) => line.includes(secret));
}

// libs/driver-api/src/conformance/run/limits.ts
import assert14 from "node:assert/strict";
import { chmod as chmod2, mkdtemp as mkdtemp5, readdir as readdir3, rm as rm5, writeFile as writeFile4 } from "node:fs/promises";
import { tmpdir as tmpdir5 } from "node:os";
import { join as join7 } from "node:path";
var limitCases = [
  runCase(
    {
      id: "run.network-none",
      title: "gives a run without network nothing but loopback",
      requires: declared("network-none")
    },
    async (bench) => {
      const { stdout } = await bench.finish("cat /proc/net/dev", { network: "none" });
      const devices = stdout.split("\n").flatMap((line) => /^\s*([^:\s]+):/.exec(line)?.[1] ?? []);
      assert14.deepEqual(
        devices.filter(
          (name) => !/^(lo|sit0|tunl0|ip6tnl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|ip6gre0|dummy0|bond0|teql0|ifb\d)$/.test(
            name
          )
        ),
        []
      );
    }
  ),
  runCase(
    {
      id: "run.memory-limit",
      title: "says that a program was ended for its memory",
      requires: declared("memory-limit")
    },
    async (bench) => {
      const script = "x=$(head -c 300000000 /dev/zero | tr '\\0' a); echo ${#x}";
      const { outcome } = await bench.finish(`${script}; exit $?`, {
        memoryBytes: 48 * 1024 * 1024
      });
      assert14.ok(outcome.kind === "exited" && outcome.exitCode !== 0, JSON.stringify(outcome));
      assert14.equal(outcome.outOfMemory, true);
    }
  ),
  runCase(
    {
      id: "run.mounts",
      title: "mounts a directory of the host, read-only when asked",
      requires: declared("mounts")
    },
    async (bench) => {
      const dir = await mkdtemp5(join7(tmpdir5(), "gantry-mount-"));
      try {
        await chmod2(dir, 511);
        await writeFile4(join7(dir, "host"), "from the host\n", { mode: 420 });
        const mounts = [{ source: dir, target: "/mnt/here", readOnly: true }];
        const script = "ls /mnt/here; touch /mnt/here/written 2>/dev/null && exit 9; exit 0";
        const { outcome, stdout } = await bench.finish(script, { mounts });
        assert14.equal(stdout, "host\n");
        assert14.equal(exitCodeOf(outcome), 0, "a read-only mount was written to");
        assert14.deepEqual(await readdir3(dir), ["host"]);
      } finally {
        await rm5(dir, { recursive: true });
      }
    }
  ),
  runCase(
    {
      id: "run.capabilities",
      title: "drops every capability that is not granted",
      requires: declared("capabilities")
    },
    async (bench) => {
      const { stdout } = await bench.finish("grep CapBnd /proc/self/status", { capabilities: [] });
      assert14.match(stdout, /^CapBnd:\s+0+$/m);
    }
  )
];
function declared(feature) {
  return { needs: ["program", "shell", "inputs"], runFeatures: [feature] };
}

// libs/driver-api/src/conformance/run/logs.ts
import assert15 from "node:assert/strict";
var logCases = [
  runCase({ id: "run.streams", title: "keeps stdout and stderr apart" }, async (bench) => {
    const { stdout, stderr } = await bench.finish([
      { print: "out 1\n" },
      { print: "err 1\n", to: "stderr" },
      { print: "out 2\n" }
    ]);
    assert15.equal(stdout, "out 1\nout 2\n");
    assert15.equal(stderr, "err 1\n");
  }),
  runCase(
    { id: "run.many-lines", title: "passes on 20 000 lines, whole and in order" },
    async (bench) => {
      const run = await bench.start([
        { lines: 2e4, prefix: "line " },
        { lines: 50, prefix: "e", to: "stderr" }
      ]);
      const events = await bench.events(run);
      assertWholeLines(events);
      assert15.equal(textOf(events, "stdout"), numbered("line ", 2e4));
      assert15.equal(textOf(events, "stderr"), numbered("e", 50));
    }
  ),
  runCase(
    { id: "run.no-newline", title: "passes on a last line without a newline" },
    async (bench) => {
      const { stdout, stderr } = await bench.finish([
        { print: "first\nlast" },
        { print: "oops", to: "stderr" }
      ]);
      assert15.equal(stdout, "first\nlast");
      assert15.equal(stderr, "oops");
    }
  ),
  runCase(
    { id: "run.silence", title: "gives no log of a program that prints nothing" },
    async (bench) => {
      const { stdout, stderr } = await bench.finish([{ exit: 0 }]);
      assert15.equal(stdout + stderr, "");
    }
  ),
  runCase(
    { id: "run.long-line", title: "passes on a line of 300 000 characters", requires: SHELL },
    async (bench) => {
      const script = "s=0123456789; i=0; while [ $i -lt 30000 ]; do i=$((i+1)); printf %s $s; done; echo";
      assert15.equal((await bench.finish(script)).stdout, `${"0123456789".repeat(3e4)}
`);
    }
  ),
  runCase(
    {
      id: "run.invalid-utf8",
      title: "replaces what is not UTF-8 and loses nothing else",
      requires: SHELL
    },
    async (bench) => {
      const { stdout } = await bench.finish("printf 'a\\377b\\n\xFC\\303\\n'");
      assert15.match(stdout, /^a\uFFFD+b\nü\uFFFD+\n$/);
    }
  ),
  runCase(
    { id: "run.live-events", title: "passes lines on while the program runs" },
    async (bench) => {
      const run = await bench.start([{ print: "early\n" }, { sleepMs: 1e4 }]);
      for await (const { event } of run.events(void 0, bench.signal)) {
        assert15.equal(event.kind === "log" ? event.text : "", "early\n");
        break;
      }
      assert15.equal(
        await ended(run.outcome(AbortSignal.timeout(100))),
        false,
        "the run is already over"
      );
    }
  ),
  runCase(
    { id: "run.cursors", title: "goes on after any cursor with no gap and no repeat" },
    resumeAnywhere
  ),
  runCase(
    { id: "run.two-readers", title: "serves two readers at once, each with everything" },
    async (bench) => {
      const run = await bench.start([
        { lines: 200, prefix: "a" },
        { sleepMs: 300 },
        { lines: 200, prefix: "b" }
      ]);
      const [one, two] = await Promise.all([bench.events(run), bench.events(run)]);
      assert15.equal(textOf(one, "stdout"), numbered("a", 200) + numbered("b", 200));
      assert15.equal(textOf(two, "stdout"), textOf(one, "stdout"));
    }
  ),
  runCase(
    { id: "run.events-canceled", title: "stops reading when told to, not the run" },
    async (bench) => {
      const run = await bench.start([{ print: "x\n" }, { sleepMs: 600 }, { print: "y\n" }]);
      await assert15.rejects(Array.fromAsync(run.events(void 0, AbortSignal.timeout(150))));
      assert15.equal((await bench.text(run)).stdout, "x\ny\n");
    }
  )
];
async function resumeAnywhere(bench) {
  const run = await bench.start([
    { lines: 300, prefix: "a" },
    { sleepMs: 300 },
    { lines: 30, prefix: "e", to: "stderr" },
    { lines: 3e3, prefix: "b" },
    { print: "end" }
  ]);
  const all = await bench.events(run);
  assert15.equal(textOf(all, "stdout"), `${numbered("a", 300)}${numbered("b", 3e3)}end`);
  const places = /* @__PURE__ */ new Set([0, 1, Math.floor(all.length / 2), all.length - 1]);
  for (const place of places) {
    const from = all[place];
    if (from === void 0) continue;
    assert15.ok(from.cursor.length <= 200, "a cursor is over 200 characters");
    const rest = await bench.events(run, from.cursor);
    const seen = all.slice(0, place + 1);
    for (const stream of ["stdout", "stderr"]) {
      assert15.equal(
        textOf(seen, stream) + textOf(rest, stream),
        textOf(all, stream),
        `after event ${place}`
      );
    }
  }
}
function numbered(prefix, count) {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}
`).join("");
}
function assertWholeLines(events) {
  for (const stream of ["stdout", "stderr"]) {
    const texts = events.flatMap(
      ({ event }) => event.kind === "log" && event.stream === stream ? [event.text] : []
    );
    for (const text of texts.slice(0, -1)) assert15.ok(text.endsWith("\n"), `cut line in ${stream}`);
  }
}
async function ended(outcome) {
  return outcome.then(
    () => true,
    () => false
  );
}

// libs/driver-api/src/conformance/run/observing.ts
import assert16 from "node:assert/strict";
import { mkdtemp as mkdtemp6, rm as rm6 } from "node:fs/promises";
import { tmpdir as tmpdir6 } from "node:os";
import { join as join8 } from "node:path";
var observeCases = [
  runCase(
    {
      id: "run.observe",
      title: "shows a run as it is: image, network, powers, names of variables",
      requires: { needs: ["program"], runFeatures: ["observe"] }
    },
    async (bench) => {
      const environment = [{ name: "TOLD", value: "told-value", sensitive: true }];
      const run = await bench.start([{ exit: 0 }], { environment });
      const seen = await observe(bench, run);
      const { id } = bench.image.ref;
      if (id !== void 0) assert16.equal(seen.imageId ?? id, id);
      assert16.ok(seen.networks.includes("default"), `networks: ${seen.networks.join()}`);
      assert16.equal(seen.privileged, false);
      assert16.equal(seen.engineSocket, false);
      assert16.deepEqual(seen.mounts, []);
      assert16.ok(seen.environment.includes("TOLD"), `environment: ${seen.environment.join()}`);
      assert16.ok(!JSON.stringify(seen).includes("told-value"), "a value was shown");
      await run.outcome(bench.signal);
      assert16.deepEqual(await observe(bench, run), seen, "another picture after the end");
    }
  ),
  runCase(
    {
      id: "run.observe-powers",
      title: "shows the powers that a run was given",
      requires: { needs: ["program"], runFeatures: ["observe", "capabilities", "mounts"] }
    },
    async (bench) => {
      const dir = await mkdtemp6(join8(tmpdir6(), "gantry-observe-"));
      try {
        const mounts = [
          { source: dir, target: "/mnt/read", readOnly: true },
          { source: dir, target: "/mnt/write", readOnly: false }
        ];
        const run = await bench.start([{ exit: 0 }], { mounts, capabilities: ["CAP_CHOWN"] });
        const seen = await observe(bench, run);
        assert16.deepEqual(seen.capabilities, ["CAP_CHOWN"]);
        assert16.deepEqual(
          seen.mounts.toSorted((a, b) => a.target.localeCompare(b.target)),
          mounts
        );
      } finally {
        await rm6(dir, { recursive: true });
      }
    }
  )
];
async function observe(bench, run) {
  assert16.ok(run.observe !== void 0, "`observe` is declared, and the run has no such member");
  return await run.observe(bench.signal);
}

// libs/driver-api/src/conformance/run/outputs.ts
import assert17 from "node:assert/strict";
var outputCases = [
  runCase(
    { id: "run.outputs", title: "gives several and nested outputs, sorted by path" },
    async (bench) => {
      const { files } = await bench.finish([
        { write: "b", text: "two" },
        { write: "dir/sub/c", text: "three\n" },
        { write: "a", text: "" }
      ]);
      assert17.deepEqual(
        [...files].map(([path, data]) => [path, data.toString()]),
        [
          ["a", ""],
          ["b", "two"],
          ["dir/sub/c", "three\n"]
        ]
      );
    }
  ),
  runCase(
    { id: "run.outputs-none", title: "gives no outputs of a program that wrote none" },
    async (bench) => {
      assert17.equal((await bench.finish([{ exit: 0 }])).files.size, 0);
    }
  ),
  runCase(
    { id: "run.outputs-failed", title: "keeps the outputs of a program that failed" },
    async (bench) => {
      const { outcome, files } = await bench.finish([{ write: "partial", text: "1" }, { exit: 3 }]);
      assert17.equal(exitCodeOf(outcome), 3);
      assert17.equal(files.get("partial")?.toString(), "1");
    }
  ),
  runCase(
    { id: "run.outputs-binary", title: "gives binary outputs of 5 MB unchanged", requires: SHELL },
    async (bench) => {
      const enter = "d=/tmp/gantry-$$; mkdir $d && cd $d";
      const block = `printf '\\000\\001\\377\\n0123456789ab' > b`;
      const grow = "i=0; while [ $i -lt 18 ]; do i=$((i+1)); cat b b > n; mv n b; done";
      const join13 = `head -c 3000000 b > h; cat h h > ${OUTPUTS_DIR}/big`;
      const script = `${enter} && ${block}; ${grow}; ${join13} && rm -r $d`;
      const { outcome, files } = await bench.finish(script);
      assert17.equal(exitCodeOf(outcome), 0);
      const unit = Buffer.from([0, 1, 255, 10, ...Buffer.from("0123456789ab")]);
      const half = Buffer.alloc(3e6, unit);
      assert17.ok(files.get("big")?.equals(Buffer.concat([half, half])), "5 MB came back changed");
    }
  ),
  runCase(
    {
      id: "run.outputs-links",
      title: "leaves out links and devices, and what they point at",
      requires: SHELL
    },
    async (bench) => {
      const { outcome, files } = await bench.finish(
        `cd ${OUTPUTS_DIR} && echo fine > real && ln -s /etc/passwd link && ln -s / root && ln -s real inner && mkfifo pipe && mkdir -p d && ln -s .. d/up`
      );
      assert17.equal(exitCodeOf(outcome), 0);
      assert17.deepEqual([...files.keys()], ["real"]);
    }
  ),
  runCase(
    { id: "run.outputs-names", title: "keeps odd file names", requires: SHELL },
    async (bench) => {
      const names = ["-dash", "a b", "q'uote", "\xFCn\xEF"];
      const script = names.map((name) => `echo x > "${OUTPUTS_DIR}/${name}"`).join("\n");
      const { files } = await bench.finish(script);
      assert17.deepEqual([...files.keys()].toSorted(), names.toSorted());
    }
  ),
  runCase(
    { id: "run.outputs-early", title: "gives the outputs that are there while the program runs" },
    async (bench) => {
      const run = await bench.start([
        { write: "soon", text: "1" },
        { print: "written\n" },
        { sleepMs: 8e3 }
      ]);
      for await (const _ of run.events(void 0, bench.signal)) break;
      assert17.equal((await bench.outputs(run)).get("soon")?.toString(), "1");
    }
  )
];

// libs/driver-api/src/conformance/run/recovery.ts
import assert18 from "node:assert/strict";
var RECOVER = { needs: ["program"], runFeatures: ["recover"] };
var recoveryCases = [
  runCase(
    {
      id: "run.recover",
      title: "finds a running run again from another connection",
      requires: RECOVER
    },
    async (bench) => {
      const run = await bench.start([
        { print: "one\n" },
        { sleepMs: 1e3 },
        { print: "two\n" },
        { write: "o", text: "3" },
        { exit: 4 }
      ]);
      const first = await firstCursor(bench, run);
      const again = await recovered(bench, await bench.connect(), run.id);
      const rest = await bench.events(again, first);
      assert18.equal(textOf(rest, "stdout"), "two\n");
      assert18.equal((await bench.text(again)).stdout, "one\ntwo\n");
      assert18.equal(exitCodeOf(await again.outcome(bench.signal)), 4);
      assert18.equal((await bench.outputs(again)).get("o")?.toString(), "3");
    }
  ),
  runCase(
    { id: "run.recover-ended", title: "finds a run again that is over", requires: RECOVER },
    async (bench) => {
      const { run } = await bench.finish([{ print: "x\n" }, { exit: 9 }]);
      const again = await recovered(bench, await bench.connect(), run.id);
      assert18.equal(exitCodeOf(await again.outcome(bench.signal)), 9);
      assert18.equal((await bench.text(again)).stdout, "x\n");
    }
  ),
  runCase(
    {
      id: "run.outlives-connection",
      title: "keeps a run going when its connection ends",
      requires: RECOVER
    },
    async (bench) => {
      const id = freshId();
      await startElsewhere(bench, id);
      const again = bench.own(await recovered(bench, await bench.connect(), id));
      assert18.equal(exitCodeOf(await again.outcome(bench.signal)), 3);
      assert18.equal((await bench.text(again)).stdout, "before\nafter\n");
    }
  ),
  runCase(
    {
      id: "run.recover-unknown",
      title: "knows no run that was never started",
      requires: { needs: [] }
    },
    async (bench) => {
      assert18.equal(await bench.facet.recover(freshId(), bench.signal), void 0);
    }
  ),
  runCase(
    { id: "run.sweep", title: "sweeps the owner's runs but those to keep" },
    async (bench) => {
      const [mine, other] = [freshId(), freshId()];
      const start = (owner) => bench.start([{ sleepMs: 2e4 }], { owner });
      const [kept, ended2, running, foreign] = [
        await start(mine),
        await bench.finish([], { owner: mine }),
        await start(mine),
        await start(other)
      ];
      const gone = await bench.facet.sweep(mine, [kept.id], bench.signal);
      assert18.deepEqual(gone.toSorted(), [ended2.run.id, running.id].toSorted());
      await bench.assertGone(running.id);
      for (const run of [kept, foreign]) {
        assert18.ok(
          await bench.facet.recover(run.id, bench.signal) !== void 0,
          "swept too much"
        );
      }
      assert18.deepEqual(await bench.facet.sweep(mine, [kept.id], bench.signal), []);
    }
  )
];
async function firstCursor(bench, run) {
  for await (const { cursor } of run.events(void 0, bench.signal)) return cursor;
  return void 0;
}
async function recovered(bench, driver, id) {
  const run = await driver.run?.recover(id, bench.signal);
  assert18.ok(run !== void 0, "the run was not found again");
  return run;
}
async function startElsewhere(bench, id) {
  const other = await bench.connect();
  const program = [{ print: "before\n" }, { sleepMs: 1e3 }, { print: "after\n" }, { exit: 3 }];
  await other.run?.start(bench.spec(program, { id }), bench.signal);
  await other[Symbol.asyncDispose]();
}

// libs/driver-api/src/conformance/run/refusals.ts
import assert19 from "node:assert/strict";
var ASKING2 = {
  capabilities: { capabilities: ["CAP_NET_ADMIN"] },
  "cpu-limit": { cpus: 1 },
  "engine-socket": { engineSocket: "raw" },
  "memory-limit": { memoryBytes: 64 * 1024 * 1024 },
  mounts: { mounts: [{ source: "/tmp", target: "/mnt", readOnly: true }] },
  "named-network": { network: "somewhere" },
  "network-host": { network: "host" },
  "network-none": { network: "none" },
  "pids-limit": { pids: 10 },
  privileged: { privileged: true }
};
var refusalCases = [
  ...RunFeature.options.flatMap((feature) => {
    const part = ASKING2[feature];
    return part === void 0 ? [] : [refusal(feature, part)];
  }),
  runCase({ id: "run.conflict", title: "refuses a second run of the same id" }, async (bench) => {
    const id = freshId();
    await bench.start([{ sleepMs: 500 }, { exit: 2 }], { id });
    await expectDriverError(
      bench.facet.start(bench.spec([{ exit: 0 }], { id }), bench.signal),
      "conflict"
    );
    const run = await bench.facet.recover(id, bench.signal);
    assert19.ok(run !== void 0, "the refused start removed the first run");
    const outcome = await run.outcome(bench.signal);
    assert19.equal(outcome.kind === "exited" && outcome.exitCode, 2);
  }),
  runCase(
    {
      id: "run.image-not-found",
      title: "says that the image is not there",
      requires: { needs: ["image-lookup"] }
    },
    async (bench) => {
      const image = { id: `sha256:${"0123456789abcdef".repeat(4)}` };
      const spec = bench.spec([{ exit: 0 }], { image });
      await expectDriverError(bench.facet.start(spec, bench.signal), "image-not-found");
      await bench.assertGone(spec.id);
    }
  ),
  runCase(
    {
      id: "run.start-canceled",
      title: "leaves nothing behind when a start is canceled",
      requires: { needs: ["program"] }
    },
    async (bench) => {
      for (const afterMs of [0, 1, 5, 20, 60, 150]) await cancelStart(bench, afterMs);
    }
  ),
  runCase(
    { id: "run.concurrent", title: "runs five programs at once without mixing them up" },
    async (bench) => {
      const results = await Promise.all(
        [1, 2, 3, 4, 5].map(
          (n) => bench.finish([
            { lines: 100, prefix: `${n}:` },
            { write: "n", text: `${n}` },
            { exit: n }
          ])
        )
      );
      for (const [index, { stdout, files, outcome }] of results.entries()) {
        assert19.equal(
          stdout.split("\n").filter((line) => line.startsWith(`${index + 1}:`)).length,
          100
        );
        assert19.equal(files.get("n")?.toString(), `${index + 1}`);
        assert19.equal(outcome.kind === "exited" && outcome.exitCode, index + 1);
      }
    }
  )
];
function refusal(feature, part) {
  const about = {
    id: `run.refuses-${feature}`,
    title: `refuses ${feature} by name unless it declares it`
  };
  return runCase({ ...about, requires: { needs: [], undeclared: feature } }, async (bench) => {
    const spec = bench.spec([{ exit: 0 }], part);
    assert19.ok(runNeeds(spec).includes(feature));
    const error = await expectDriverError(bench.facet.start(spec, bench.signal), "unsupported");
    assert19.equal(error.need, feature);
    await bench.assertGone(spec.id);
  });
}
async function cancelStart(bench, afterMs) {
  const spec = bench.spec([{ sleepMs: 2e4 }]);
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), afterMs);
  if (afterMs === 0) aborter.abort();
  try {
    bench.own(await bench.facet.start(spec, aborter.signal));
  } catch (error) {
    assert19.ok(error instanceof DriverError && error.code === "canceled", String(error));
    await bench.assertGone(spec.id);
  } finally {
    clearTimeout(timer);
  }
}

// libs/driver-api/src/conformance/run/stopping.ts
import assert20 from "node:assert/strict";
var STUBBORN = [{ onTerm: "ignore" }, { print: "ready\n" }, { sleepMs: 4e4 }];
var POLITE = [
  { onTerm: { print: "bye\n", exit: 5 } },
  { print: "ready\n" },
  { sleepMs: 4e4 }
];
var stopCases = [
  runCase({ id: "run.stop", title: "lets a program end by itself when stopped" }, async (bench) => {
    const run = await ready(bench, POLITE);
    await run.stop({ graceMs: 15e3, signal: bench.signal });
    assert20.equal(exitCodeOf(await run.outcome(bench.signal)), 5);
    assert20.equal((await bench.text(run)).stdout, "ready\nbye\n");
  }),
  runCase(
    { id: "run.stop-kill", title: "kills a program that ignores SIGTERM once its grace is over" },
    async (bench) => {
      const run = await ready(bench, STUBBORN);
      const since = performance.now();
      await run.stop({ graceMs: 700, signal: bench.signal });
      const took = performance.now() - since;
      assert20.equal(exitCodeOf(await run.outcome(bench.signal)), 137);
      assert20.ok(took >= 600 && took < 8e3, `the grace of 700 ms took ${Math.round(took)} ms`);
    }
  ),
  runCase(
    { id: "run.stop-twice", title: "takes a second stop, at once and later" },
    async (bench) => {
      const run = await ready(bench, POLITE);
      const options = { graceMs: 5e3, signal: bench.signal };
      await Promise.all([run.stop(options), run.stop(options)]);
      await run.stop(options);
      assert20.equal(exitCodeOf(await run.outcome(bench.signal)), 5);
    }
  ),
  runCase(
    { id: "run.stop-ended", title: "takes a stop after the end and keeps the outcome" },
    async (bench) => {
      const { run } = await bench.finish([{ exit: 6 }]);
      await run.stop({ graceMs: 1e3, signal: bench.signal });
      assert20.equal(exitCodeOf(await run.outcome(bench.signal)), 6);
    }
  ),
  runCase({ id: "run.remove-twice", title: "takes a second removal" }, async (bench) => {
    const { run } = await bench.finish([{ print: "x\n" }, { write: "o", text: "1" }]);
    await run.remove(bench.signal);
    await run.remove(bench.signal);
    await bench.assertGone(run.id);
  }),
  runCase(
    { id: "run.remove-running", title: "kills a running program that is removed" },
    async (bench) => {
      const run = await ready(bench, STUBBORN);
      await run.remove(bench.signal);
      await bench.assertGone(run.id);
    }
  )
];
async function ready(bench, program) {
  const run = await bench.start(program);
  for await (const _ of run.events(void 0, bench.signal)) break;
  return run;
}

// libs/driver-api/src/conformance/run/terminals.ts
import assert21 from "node:assert/strict";
var TERMINAL = { needs: ["program", "shell"], runFeatures: ["terminal"] };
var SLEEP = "echo up; while :; do sleep 0.1; done";
var SIZE = { columns: 61, rows: 17 };
var terminalCases = [
  runCase(
    {
      id: "run.terminal",
      title: "starts a program on a terminal in a run, takes what is typed, and gives its exit code",
      requires: TERMINAL
    },
    async (bench) => {
      const script = `until [ "$(stty size)" = "17 61" ]; do sleep 0.1; done; echo sized
        read -r word; echo "got $word as $(id -u) in $MARK"; exit 7`;
      await using terminal = await open(bench, script);
      await until(bench, terminal, "sized");
      await terminal.write(Buffer.from("hello\r"), bench.signal);
      const rest = await until(bench, terminal);
      assert21.match(rest, /got hello as \d+ in here/);
      const outcome = await terminal.outcome(bench.signal);
      assert21.deepEqual(outcome, { kind: "exited", exitCode: 7, outOfMemory: false });
    }
  ),
  runCase(
    {
      id: "run.terminal-resize",
      title: "tells the program on a terminal of its new size",
      requires: TERMINAL
    },
    async (bench) => {
      const script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done";
      await using terminal = await open(bench, script);
      await until(bench, terminal, "ready");
      await terminal.resize({ columns: 90, rows: 33 }, bench.signal);
      assert21.match(await until(bench, terminal, "33 90"), /33 90/);
    }
  ),
  runCase(
    {
      id: "run.terminal-privileges",
      title: "gives a program on a terminal no more than the run has",
      requires: { ...TERMINAL, runFeatures: ["terminal", "capabilities"] }
    },
    async (bench) => {
      const look = "grep -E '^(Uid|Gid|Cap|NoNewPrivs)' /proc/self/status; echo end";
      const run = await bench.start(`${look}; while :; do sleep 0.1; done`);
      let own = "";
      for await (const { event } of run.events(void 0, bench.signal)) {
        own += event.text;
        if (own.includes("end")) break;
      }
      assert21.ok(run.terminal !== void 0);
      const spec = { id: freshId(), command: ["sh", "-c", look], environment: [], size: SIZE };
      await using terminal = await run.terminal(spec, bench.signal);
      const text = (await until(bench, terminal)).replaceAll("\r", "");
      assert21.match(text, /CapEff:\s+0{16}/);
      assert21.equal(withoutBounds(text), withoutBounds(own));
    }
  ),
  runCase(
    {
      id: "run.terminal-hang-up",
      title: "ends what runs on a terminal that is let go, and not the run",
      requires: TERMINAL
    },
    async (bench) => {
      const run = await bench.start(SLEEP);
      const file = "/tmp/alive";
      const script = `trap '' INT; echo going; while :; do : > ${file}; sleep 0.1; done`;
      const spec = { id: freshId(), command: ["sh", "-c", script], environment: [], size: SIZE };
      assert21.ok(run.terminal !== void 0);
      const terminal = await run.terminal(spec, bench.signal);
      await until(bench, terminal, "going");
      await terminal[Symbol.asyncDispose]();
      const look = `n=0; while [ $n -lt 30 ]; do
        n=$((n+1)); rm -f ${file}; sleep 0.5; [ -e ${file} ] || { echo dead; exit; }
      done; echo alive`;
      await using second = await run.terminal(
        { ...spec, id: freshId(), command: ["sh", "-c", look] },
        bench.signal
      );
      assert21.match(await until(bench, second), /dead/);
    }
  ),
  runCase(
    {
      id: "run.terminal-ended",
      title: "opens no terminal in a run that is over",
      requires: TERMINAL
    },
    async (bench) => {
      const { run } = await bench.finish("exit 0");
      const spec = { id: freshId(), command: ["sh"], environment: [], size: SIZE };
      assert21.ok(run.terminal !== void 0);
      await expectDriverError(run.terminal(spec, bench.signal), "not-found");
    }
  )
];
function withoutBounds(status) {
  const hasNoNew = /NoNewPrivs:\s+1/.test(status);
  return hasNoNew ? status.replace(/^CapBnd:.*$/m, "") : status;
}
async function open(bench, script) {
  const run = await bench.start(SLEEP);
  for await (const _ of run.events(void 0, bench.signal)) break;
  assert21.ok(run.terminal !== void 0, "terminal is declared and absent");
  const environment = [{ name: "MARK", value: "here", sensitive: false }];
  const spec = { id: freshId(), command: ["sh", "-c", script], environment, size: SIZE };
  return run.terminal(spec, bench.signal);
}
async function until(bench, terminal, mark) {
  const output = terminal.output(bench.signal)[Symbol.asyncIterator]();
  let text = "";
  for (let next = await output.next(); next.done !== true; next = await output.next()) {
    text += Buffer.from(next.value).toString("utf8");
    if (mark !== void 0 && text.includes(mark)) return text;
  }
  return text;
}

// libs/driver-api/src/conformance/cases.ts
var CASES = [
  ...probeCases,
  ...dockerfileCases,
  ...cacheCases,
  ...failureCases,
  ...buildRefusalCases,
  ...secretCases,
  ...imageCases,
  ...endingCases,
  ...logCases,
  ...inputCases,
  ...outputCases,
  ...stopCases,
  ...terminalCases,
  ...recoveryCases,
  ...refusalCases,
  ...limitCases,
  ...observeCases,
  ...engineCases
];

// libs/driver-api/src/conformance/build/test-image.ts
import assert22 from "node:assert/strict";
import { mkdtemp as mkdtemp7, rm as rm7 } from "node:fs/promises";
import { tmpdir as tmpdir7 } from "node:os";
import { join as join9 } from "node:path";
var UID = 4711;
var EXISTING_FILE = "/conformance/existing";
function testDockerfile(base) {
  return [
    `FROM ${base}`,
    `RUN mkdir -m 0751 /conformance && echo existing > ${EXISTING_FILE} && chmod 0644 ${EXISTING_FILE}`,
    `USER ${UID}:${UID}`,
    'ENTRYPOINT ["/bin/false"]',
    ""
  ].join("\n");
}
function describeTestImage(ref) {
  return { ref, uid: UID, gid: UID, existingFile: EXISTING_FILE };
}
async function buildTestImage(driver, base, signal) {
  assert22.ok(
    driver.build !== void 0,
    "the driver has no build facet to make its test image with"
  );
  const contextDir = await mkdtemp7(join9(tmpdir7(), "gantry-context-"));
  try {
    const tags = ["conformance.test/image:run"];
    const request = buildRequest({ contextDir, dockerfile: testDockerfile(base), tags });
    const { images } = await driver.build.build(request, { signal, report: async () => {
    } });
    assert22.ok(images[0] !== void 0, "the build gave no image");
    return describeTestImage({ id: images[0].id });
  } finally {
    await rm7(contextDir, { recursive: true, force: true });
  }
}

// libs/driver-api/src/conformance/case.ts
function inapplicability(one, driver, fixture) {
  return fixture.notApplicable?.[one.id] ?? missingFacet(one.requires, driver, fixture) ?? missingNeed(one.requires, fixture) ?? missingFeature(one.requires, driver) ?? declaredFeature(one.requires, driver);
}
function missingFacet({ facet, base }, driver, fixture) {
  if (facet !== void 0 && driver[facet] === void 0) return `has no ${facet} facet`;
  if (facet === "run" && fixture.testImage === void 0) return "no test image is at hand";
  if (base === true && fixture.base === void 0) return "no base image is at hand";
  return void 0;
}
function missingNeed({ needs = [] }, fixture) {
  for (const need of needs) {
    const reason = fixture.lacks?.[need];
    if (reason !== void 0) return reason;
  }
  return void 0;
}
function missingFeature(requires, driver) {
  const { runFeatures = [], buildFeatures = [], imageMembers = [] } = requires;
  const run = runFeatures.find((each) => driver.run?.capabilities.features.includes(each) !== true);
  const build = buildFeatures.find(
    (each) => driver.build?.capabilities.features.includes(each) !== true
  );
  const member = imageMembers.find((each) => driver.images?.[each] === void 0);
  const missing = run ?? build ?? (member === void 0 ? void 0 : `images.${member}`);
  return missing === void 0 ? void 0 : `does not declare ${missing}`;
}
function declaredFeature({ undeclared, facet }, driver) {
  const features = (facet === "build" ? driver.build : driver.run)?.capabilities.features ?? [];
  return undeclared !== void 0 && features.includes(undeclared) ? `declares ${undeclared}` : void 0;
}

// libs/driver-api/src/conformance/verify.ts
var CASE_TIMEOUT_MS = 6e4;
var Bench = class _Bench {
  driver;
  #fixture;
  #image;
  constructor(driver, fixture) {
    this.driver = driver;
    this.#fixture = fixture;
  }
  /** Connects; the test image is made when the first case needs it. */
  static async open(fixture) {
    return new _Bench(await fixture.connect(), fixture);
  }
  /** Carries out `one`; an assertion error is a verdict, not an exception. */
  async report(one) {
    const { id, title } = one;
    const reason = inapplicability(one, this.driver, this.#fixture);
    if (reason !== void 0) return { id, title, verdict: "not-applicable", reason };
    try {
      await this.#carryOut(one);
      return { id, title, verdict: "passed" };
    } catch (error) {
      return { id, title, verdict: "failed", error };
    }
  }
  async #carryOut(one) {
    const signal = AbortSignal.timeout(this.#fixture.timeoutMs ?? CASE_TIMEOUT_MS);
    const image = one.requires.facet === "run" ? await this.#testImage() : void 0;
    await using cleanup = new AsyncDisposableStack();
    await one.run({ driver: this.driver, fixture: this.#fixture, image, signal, cleanup });
  }
  #testImage() {
    const signal = AbortSignal.timeout(5 * CASE_TIMEOUT_MS);
    this.#image ??= this.#fixture.testImage?.(this.driver, signal);
    return this.#image ?? Promise.resolve(void 0);
  }
  async [Symbol.asyncDispose]() {
    await this.driver[Symbol.asyncDispose]();
  }
};

// libs/driver-api/src/conformance/host/cases.ts
import assert23 from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
var MEGABYTE = 1024 * 1024;
var HOST_CASES = [
  {
    id: "host.garbage",
    title: "answers a line that is no JSON with -32700 and goes on",
    async run(driver) {
      driver.write("this is no JSON\n");
      assert23.equal((await driver.hears(({ id }) => id === null))?.error?.code, -32700);
      await assertAlive(driver);
    }
  },
  {
    id: "host.not-a-request",
    title: "answers JSON that is no request with -32600 and goes on",
    async run(driver) {
      driver.write("[1]\n");
      assert23.equal((await driver.hears(({ id }) => id === null))?.error?.code, -32600);
      await assertAlive(driver);
    }
  },
  {
    id: "host.unknown-method",
    title: "answers a method that it does not know with -32601",
    async run(driver) {
      driver.request(1, "driver.fly");
      assert23.equal((await driver.answer(1))?.error?.code, -32601);
      await assertAlive(driver);
    }
  },
  {
    id: "host.too-early",
    title: "refuses work before it was initialized, with code protocol",
    async run(driver) {
      driver.request(1, "driver.probe");
      driver.request(2, "run.recover", { id: "a" });
      for (const id of [1, 2]) {
        const { error } = await driver.answer(id) ?? {};
        assert23.ok(error !== void 0, `call ${id} was answered with a result or not at all`);
        assert23.ok([-32601, -32600].includes(error.code) || error.data?.code === "protocol");
      }
      await assertAlive(driver);
    }
  },
  {
    id: "host.wrong-params",
    title: "refuses params of the wrong shape and goes on",
    async run(driver) {
      driver.request(1, "driver.initialize", {
        protocol: "one",
        options: 7,
        stateDir: "/",
        contentDir: "/"
      });
      driver.request(2, "driver.initialize", []);
      for (const id of [1, 2]) assert23.ok((await driver.answer(id))?.error !== void 0);
      await assertAlive(driver);
    }
  },
  {
    id: "host.strange-flow",
    title: "passes over cancels, acknowledgements and notifications that belong to nothing",
    async run(driver) {
      for (const method of ["$/cancel", "$/ack", "$/progress", "$/never-heard-of", "made.up"]) {
        const params = { id: 4711, count: 3, items: [] };
        driver.write(`${JSON.stringify({ jsonrpc: "2.0", method, params })}
`);
      }
      driver.write(`${JSON.stringify({ jsonrpc: "2.0", id: 9, result: { value: "" } })}
`);
      await assertAlive(driver);
    }
  },
  {
    id: "host.torn-message",
    title: "puts a message together that comes in pieces, torn within a character",
    async run(driver) {
      const text = `${JSON.stringify({ jsonrpc: "2.0", id: 5, method: "driver.describe", params: { x: "\xE4\u6F22" } })}
`;
      for (const byte of Buffer.from(text)) {
        driver.write(Uint8Array.of(byte));
        if (byte > 127) await delay(20);
      }
      assert23.ok(await driver.answer(5) !== void 0, "no answer came");
      await assertAlive(driver);
    }
  },
  {
    id: "host.large-message",
    title: "lives through a message of eight megabytes",
    async run(driver) {
      driver.request(1, "driver.describe", { padding: "x".repeat(8 * MEGABYTE) });
      assert23.ok(await driver.answer(1) !== void 0, "no answer came");
      await assertAlive(driver);
    }
  },
  {
    id: "host.many-at-once",
    title: "answers each of 500 calls that come at once, exactly once",
    async run(driver) {
      for (let id = 1; id <= 500; id += 1) driver.request(id, "driver.describe");
      assert23.ok(await driver.answer(500) !== void 0, "the last one was not answered");
      for (let id = 1; id < 500; id += 1) await driver.answer(id);
      const ids = driver.said.map(({ id }) => id);
      assert23.equal(new Set(ids).size, ids.length, "a call was answered twice");
      assert23.equal(ids.length, 500);
    }
  },
  {
    id: "host.leaves",
    title: "ends by itself within five seconds once its input has ended",
    async run(driver) {
      await assertAlive(driver);
      assert23.ok(await driver.endInput(5e3), "it was still there");
    }
  }
];
async function assertAlive(driver) {
  driver.request(999983, "driver.describe");
  const answer = await driver.answer(999983);
  const said2 = driver.stderr === "" ? "" : `; on stderr: ${driver.stderr.slice(-300)}`;
  assert23.ok(answer !== void 0, `it does not answer driver.describe any more${said2}`);
  assert23.ok(answer.result !== void 0, "driver.describe failed");
  const garbage = driver.said.find((each) => each.garbage !== void 0);
  assert23.equal(garbage?.garbage, void 0, "something else than messages is on stdout");
}

// libs/driver-api/src/conformance/host/raw-driver.ts
import { createInterface } from "node:readline";
import { setTimeout as delay2 } from "node:timers/promises";
var ANSWER_MS = 1e4;
var RawDriver = class _RawDriver {
  #child;
  #said = [];
  #stderr = "";
  constructor(child) {
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.#hear(line));
    child.stderr.on("data", (text) => {
      this.#stderr = (this.#stderr + text.toString("utf8")).slice(-2e3);
    });
    child.stdin.on("error", () => void 0);
  }
  static async start({ command, args, ...options }) {
    return new _RawDriver(await startProcess(command, args, { ...options, group: true }));
  }
  /** Everything that it said so far. */
  get said() {
    return this.#said;
  }
  get isRunning() {
    return this.#child.isRunning;
  }
  /** The end of what it printed on stderr. */
  get stderr() {
    return this.#stderr.trim();
  }
  /** Writes text as it is. */
  write(text) {
    this.#child.stdin.write(text);
  }
  request(id, method, params = {}) {
    this.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}
`);
  }
  /** What it says that `fits`; `undefined` when it ends or is silent for ten seconds. */
  async hears(fits, timeoutMs = ANSWER_MS) {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const found = this.#said.find(fits);
      if (found !== void 0) return found;
      if (!this.isRunning) break;
      await delay2(10);
    }
    return this.#said.find(fits);
  }
  answer(id) {
    return this.hears((said2) => said2.id === id);
  }
  /** Closes its stdin; whether it ended by itself in time. */
  async endInput(timeoutMs) {
    this.#child.stdin.end();
    const ended2 = this.#child.exit.then(() => true);
    return Promise.race([ended2, delay2(timeoutMs, false, { ref: false })]);
  }
  async [Symbol.asyncDispose]() {
    await this.#child.stop({ graceMs: 500 });
  }
  #hear(line) {
    if (line.trim() === "") return;
    try {
      const value = JSON.parse(line);
      this.#said.push(isMessage(value) ? value : { garbage: line.slice(0, 200) });
    } catch {
      this.#said.push({ garbage: line.slice(0, 200) });
    }
  }
};
function isMessage(value) {
  return typeof value === "object" && value !== null && "jsonrpc" in value;
}

// libs/driver-api/src/conformance/host/verify-host.ts
async function* verifyAgainstHost(prepare, signal) {
  for (const one of HOST_CASES) {
    if (signal.aborted) return;
    const { id, title } = one;
    try {
      await using program = await prepare();
      await using driver = await RawDriver.start(program);
      await one.run(driver);
      yield { id, title, verdict: "passed" };
    } catch (error) {
      yield { id, title, verdict: "failed", error };
    }
  }
}

// apps/daemon/src/verify/run-once.ts
async function runOnce(driver, { image, script, signal }) {
  const run = await driver.run?.start(
    {
      ...BARE_RUN,
      id: newId({}),
      owner: "conformance",
      labels: {},
      image,
      command: ["sh", "-c", script]
    },
    signal
  );
  if (run === void 0) return "";
  let printed = "";
  for await (const { event } of run.events(void 0, signal))
    if (event.kind === "log" && event.stream === "stdout") printed += event.text;
  await run.outcome(signal);
  await run.remove(signal);
  return printed;
}

// apps/daemon/src/verify/bench.ts
var STARTS = 5;
var PROBES = 20;
var RUNS2 = 5;
async function benchDriver(fixture, signal) {
  const startMs = await medianOf(STARTS, async () => {
    await (await fixture.connect())[Symbol.asyncDispose]();
  });
  await using driver = await fixture.connect();
  const probeMs = await medianOf(PROBES, () => driver.probe(signal));
  const image = await fixture.testImage?.(driver, signal);
  const runMs = image === void 0 || driver.run === void 0 ? void 0 : await medianOf(RUNS2, () => runOnce(driver, { image: image.ref, script: "exit 0", signal }));
  return { startMs, probeMs, ...runMs === void 0 ? {} : { runMs } };
}
async function medianOf(count, work) {
  const times = [];
  for (let index = 0; index < count; index += 1) {
    const since = performance.now();
    await work();
    times.push(performance.now() - since);
  }
  const sorted = times.toSorted((left, right) => left - right);
  return Math.round((sorted[Math.floor(count / 2)] ?? 0) * 100) / 100;
}

// apps/daemon/src/verify/driver-program.ts
import { readFile as readFile3 } from "node:fs/promises";
import { join as join10 } from "node:path";
async function ordinaryProgram(dir, { command: [word = "", ...args] }, path) {
  return {
    command: await findProgram(dir, word, path),
    args,
    env: { PATH: path },
    cwd: dir,
    confinement: { state: "unconfined", missing: ["everything: as asked for"] },
    async [Symbol.asyncDispose]() {
    }
  };
}
async function readManifestIn(dir) {
  const file = join10(dir, MANIFEST_FILE);
  const text = await readFile3(file, "utf8").catch((cause) => {
    throw new Fault("not-found", `There is no driver package: ${file} cannot be read.`, {
      hint: "Name a directory with a gantry-driver.json, or make one with `gantry drivers create NAME`.",
      cause
    });
  });
  const parsed = external_exports.safeParse(DriverManifest, parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Fault("config-invalid", `${file}: ${external_exports.prettifyError(parsed.error)}`, {
    hint: "See docs/how-to/write-a-driver.md for the fields.",
    place: { path: file }
  });
}
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}
async function findProgram(dir, word, path) {
  if (word.includes("/")) return join10(dir, word);
  if (word === "node") return process.execPath;
  const found = await findExecutable(word, path);
  if (found !== void 0) return found;
  throw new Fault("not-found", `Program ${word} of the driver is not on PATH.`, {
    hint: `Install ${word}, or name a file of the package: "command": ["./${word}"].`
  });
}

// apps/daemon/src/verify/driver-under-test.ts
var DriverUnderTest = class _DriverUnderTest {
  manifest;
  #dir;
  #place;
  #found = { state: "unconfined", missing: [] };
  constructor(manifest, dir, place) {
    this.manifest = manifest;
    this.#dir = dir;
    this.#place = place;
  }
  /** Throws `not-found` or `config-invalid`, with the file. */
  static async read(dir, place) {
    return new _DriverUnderTest(await readManifestIn(dir), dir, place);
  }
  /** How it was started last. */
  get confinement() {
    return { confinement: this.#found.state, weaker: [...this.#found.missing] };
  }
  /** Whether it has no other user's id to give to a program. */
  get hasOneId() {
    const { granted = this.manifest.powers } = this.#place.installed ?? {};
    const isStranger = this.#found.state === "confined" && granted.subprocesses.includes("*");
    return process.geteuid?.() !== 0 || isStranger;
  }
  /** What is to be started once. */
  async prepare() {
    const { launcher } = this.#place;
    const path = this.#place.environment["PATH"] ?? "";
    const prepared = await (launcher === void 0 ? ordinaryProgram(this.#dir, this.manifest, path) : this.#prepareWith(launcher));
    this.#found = prepared.confinement;
    return prepared;
  }
  #prepareWith(launcher) {
    const { stateDir, contentDir, environment, installed, owner } = this.#place;
    const { name, command, powers, limits } = this.manifest;
    const { granted = powers, sha512 } = installed ?? {};
    const origin = { driver: name, directory: this.#dir, sha512, granted, limits };
    const request = { name, owner, command, stateDir, contentDir, environment, package: origin };
    return launcher.prepare(request, AbortSignal.timeout(START_MS));
  }
};
var START_MS = 3e4;

// apps/daemon/src/verify/fixture.ts
import { join as join11 } from "node:path";
import { finished } from "node:stream/promises";

// apps/daemon/src/verify/transcript.ts
var MOST_MESSAGES = 24;
var MOST_CHARACTERS = 400;
var Transcript = class {
  #lines = [];
  get lines() {
    return this.#lines;
  }
  clear() {
    this.#lines = [];
  }
  add(mark, message) {
    const cut = message.length > MOST_CHARACTERS ? `${message.slice(0, MOST_CHARACTERS)} \u2026` : message;
    this.#lines = [...this.#lines.slice(1 - MOST_MESSAGES), `${mark} ${cut}`];
  }
};
function tapped(transport, transcript) {
  return {
    closed: transport.closed,
    send(message) {
      transcript.add(">", message);
      return transport.send(message);
    },
    listen(onMessage) {
      transport.listen((message) => {
        transcript.add("<", message);
        onMessage(message);
      });
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose]()
  };
}

// apps/daemon/src/verify/fixture.ts
function fixtureOf(parts) {
  const { driver, context, maker, base } = parts;
  let made;
  return {
    name: driver.manifest.name,
    connect: () => connect(parts),
    testImage: async (under, signal) => {
      made ??= makeImage(maker, base, { layoutDir: context.contentDir, signal });
      const image = await handOver(under, await made, { layoutDir: context.contentDir, signal });
      return driver.hasOneId ? asOneId(under, image, signal) : image;
    }
  };
}
async function connect({ driver, options, context, transcript }) {
  await using held = new AsyncDisposableStack();
  const prepared = held.use(await driver.prepare());
  const { command, args, env, cwd, confinement } = prepared;
  const child = await startProcess(command, args, { env, cwd, group: true, graceMs: 2e3 });
  held.defer(async () => void await child.stop());
  const stderr = new StderrTail(() => void 0);
  child.stderr.on("data", (bytes) => stderr.push(bytes));
  const wire = tapped(new LinesTransport(child.stdout, child.stdin), transcript);
  const signal = AbortSignal.timeout(3e4);
  const connecting = connectDriver(wire, { options, context, signal });
  const connected = await connecting.catch(async (error) => {
    await child.stop();
    await finished(child.stderr, { signal: AbortSignal.timeout(1e3) }).catch(() => void 0);
    throw startFault(error, stderr.lines) ?? error;
  });
  held.use(connected);
  const process2 = held.move();
  const shown = confinement.state === "confined" ? withExchange(connected, join11(context.stateDir, "exchange")) : connected;
  return { ...shown, [Symbol.asyncDispose]: () => process2.disposeAsync() };
}
async function asOneId(under, image, signal) {
  const ran = await runOnce(under, { image: image.ref, script: "id -u", signal });
  return ran.trim() === "0" ? { ...image, uid: 0, gid: 0 } : image;
}
async function makeImage(maker, base, { layoutDir, signal }) {
  const image = await buildTestImage(maker, base, signal);
  const work = { signal, report: async () => void 0 };
  const digest = await maker.images?.exportTo?.(image.ref, layoutDir, work);
  return { image, digest: digest ?? "" };
}
async function handOver(under, { image, digest }, { layoutDir, signal }) {
  const work = { signal, report: async () => void 0 };
  const taken = await under.images?.importFrom?.(layoutDir, digest, work);
  return taken === void 0 ? image : describeTestImage({ id: taken.id });
}

// apps/daemon/src/verify/verify-driver.ts
async function verifyDriver2(request, work) {
  await using dir = await TempDir.create("gantry-verify-");
  const stateDir = join12(dir.path, "state");
  const context = { stateDir, contentDir: join12(stateDir, "content") };
  const driver = await DriverUnderTest.read(request.dir, { ...request.way, ...context });
  const transcript = new Transcript();
  const maker = await request.maker();
  const fixture = fixtureOf({ ...request, driver, context, maker, transcript });
  const counts = { passed: 0, failed: 0, "not-applicable": 0 };
  for await (const one of verdicts({ driver, fixture, request, transcript }, work.signal)) {
    counts[one.verdict] += 1;
    await work.report(one);
  }
  work.signal.throwIfAborted();
  const { name, version } = driver.manifest;
  return {
    driver: name,
    version,
    passed: counts.passed,
    failed: counts.failed,
    notApplicable: counts["not-applicable"],
    ...driver.confinement,
    ...request.bench ? { bench: await benchDriver(fixture, work.signal) } : {}
  };
}
async function* verdicts({ driver, fixture, request, transcript }, signal) {
  if ("host.".startsWith(request.only.slice(0, 5))) {
    for await (const report of verifyAgainstHost(() => driver.prepare(), signal))
      if (report.id.startsWith(request.only)) yield toView(report, []);
  }
  await using bench = await Bench.open(fixture);
  for (const one of CASES.filter(({ id }) => id.startsWith(request.only))) {
    if (signal.aborted) return;
    transcript.clear();
    yield toView(await bench.report(one), transcript.lines);
  }
}
function toView(report, transcript) {
  const { id, title, verdict } = report;
  if (report.verdict === "passed") return { id, title, verdict };
  if (report.verdict === "not-applicable") return { id, title, verdict, reason: report.reason };
  return { id, title, verdict, reason: textOf2(report.error), transcript: [...transcript] };
}
function textOf2(error) {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${cause}`.trim();
}
export {
  verifyDriver2 as verifyDriver
};
