import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildRequest, Driver, Run, RunSpec } from "@gantry/driver-api";
import type { WorkEvent } from "@gantry/reports";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeDriver } from "./definition.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gantry-fake-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("scripts", () => {
  test("are chosen by the image's reference in the options", async () => {
    await using driver = create({ scripts: { "fake/app:1": [{ print: "one\n" }, { exit: 9 }] } });

    expect(await play(driver, { image: { reference: "fake/app:1" } })).toEqual(["one\n", 9]);
  });

  test("are chosen by the label of the image", async () => {
    await using driver = create({ scripts: { slow: [{ print: "slow\n" }] } });
    const image = await build(driver, 'FROM scratch\nLABEL fake.script="slow"\n');

    expect(await play(driver, { image: { id: image.id } })).toEqual(["slow\n", 0]);
  });

  test("are in the reference itself", async () => {
    await using driver = create({});

    expect(await play(driver, { image: { reference: "fake/exit-3" } })).toEqual(["", 3]);
    expect(await play(driver, { image: { reference: "fake/echo-hello:1" } })).toEqual([
      "hello\n",
      0,
    ]);
  });

  test("are a few words of shell", async () => {
    await using driver = create({});
    const command = ["sh", "-c", "echo 'a b' && echo err >&2; sleep 0.01\nrm -rf /; exit 4"];

    expect(await play(driver, { command })).toEqual(["a b\n(fake) rm -rf /\n", 4]);
  });

  test("have a default", async () => {
    await using driver = create({ script: [{ print: "default\n" }] });

    expect(await play(driver, {})).toEqual(["default\n", 0]);
  });
});

describe("calls", () => {
  test.each([
    ["start", (driver: Driver) => play(driver, {})],
    ["build", (driver: Driver) => build(driver, "FROM scratch\nLABEL a=b\n")],
    ["inspect", (driver: Driver) => driver.images?.inspect({ reference: "x" }, soon())],
  ] as const)("of %s fail as the options say, after their delay", async (verb, call) => {
    const failures = { [verb]: { code: "engine-lost", message: "The engine died." } };
    await using driver = create({ failures, delaysMs: { [verb]: 60 } });
    const since = performance.now();

    await expect(call(driver)).rejects.toMatchObject({
      code: "engine-lost",
      message: "The engine died.",
    });

    expect(performance.now() - since).toBeGreaterThan(50);
  });

  test("end at once when canceled during their delay", async () => {
    await using driver = create({ delaysMs: { start: 60_000 } });
    const started = driver.run?.start(spec({}), AbortSignal.timeout(30));

    await expect(started).rejects.toMatchObject({ code: "canceled" });
  });
});

describe("the endpoint", () => {
  test("is in the state that the options ask for", async () => {
    const probe = { state: "unavailable", problems: [{ text: "It is off.", fix: "Turn it on." }] };
    await using driver = create({ probe });

    expect(await driver.probe(soon())).toEqual(probe);
  });

  test("has the facets and features that the options ask for", async () => {
    await using driver = create({ facets: ["run"], runFeatures: ["privileged"] });

    expect(driver.build).toBeUndefined();
    expect(driver.run?.capabilities.features).toEqual(["privileged"]);
  });

  test.each([{ colour: "red" }, { script: [{ jump: 1 }] }, { runFeatures: ["flying"] }])(
    "refuses options %j",
    (options) => {
      expect(() => create(options)).toThrow(expect.objectContaining({ code: "invalid-options" }));
    },
  );
});

test("a RUN of a few words takes its time and fails with its exit code", async () => {
  await using driver = create({});
  const events: WorkEvent[] = [];

  const failed = build(driver, "FROM scratch\nRUN echo working && exit 3\n", events);

  await expect(failed).rejects.toMatchObject({ code: "build-failed" });
  expect(events.map((event) => ("state" in event ? event.state : event.kind))).toEqual([
    "started",
    "log",
    "failed",
  ]);
});

test("a changed file of COPY is the reason of a miss", async () => {
  await using driver = create({});
  await writeFile(join(dir, "a"), "1");
  const text = "FROM scratch\nLABEL x=1\nCOPY a /a\n";
  await build(driver, text);
  await writeFile(join(dir, "a"), "2");

  const result = await driver.build?.build(request(text), {
    signal: soon(),
    report: async () => {},
  });

  expect(result?.steps).toEqual([
    { title: "LABEL x=1", cached: true },
    { title: "COPY a /a", cached: false, missReason: "What it takes in has changed." },
  ]);
});

function create(options: Record<string, unknown>): Driver {
  return fakeDriver.create(options, {
    stateDir: join(dir, "state"),
    contentDir: join(dir, "content"),
  });
}

async function play(driver: Driver, part: Partial<RunSpec>): Promise<[string, number]> {
  const run: Run | undefined = await driver.run?.start(spec(part), soon());
  const outcome = await run?.outcome(soon());
  const events = await Array.fromAsync(run?.events(undefined, soon()) ?? []);
  await run?.remove(soon());
  const stdout = events.filter(({ event }) => event.kind === "log" && event.stream === "stdout");
  const text = stdout.map(({ event }) => event.text).join("");
  return [text, outcome?.kind === "exited" ? outcome.exitCode : -1];
}

async function build(driver: Driver, text: string, events: WorkEvent[] = []) {
  const report = async (event: WorkEvent) => void events.push(event);
  const result = await driver.build?.build(request(text), { signal: soon(), report });
  const [image] = result?.images ?? [];
  if (image === undefined) throw new TypeError("the build gave no image");
  return image;
}

function spec(part: Partial<RunSpec>): RunSpec {
  return {
    id: `r${Math.random().toString(36).slice(2)}`,
    owner: "home",
    labels: {},
    image: { reference: "fake/hello" },
    command: ["/cnab/app/run"],
    environment: [],
    files: [],
    outputsDir: "/cnab/app/outputs",
    mounts: [],
    network: "default",
    privileged: false,
    capabilities: [],
    engineSocket: false,
    ...part,
  };
}

function request(text: string): BuildRequest {
  return {
    id: "b1",
    contextDir: dir,
    dockerfile: { text, path: join(dir, "Dockerfile") },
    ignore: "",
    tags: [],
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
  };
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}
