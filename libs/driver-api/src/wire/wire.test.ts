import { memoryPair } from "@gantry/rpc";
import type { Image } from "@gantry/reports";
import { describe, expect, test } from "vitest";
import type { BuildRequest } from "../build.ts";
import type { DriverDefinition } from "../driver.ts";
import { DriverError } from "../errors.ts";
import type { Run, RunSpec } from "../run.ts";
import { connectDriver, type ConnectedDriver } from "./connect.ts";
import { launchDriver } from "./launch.ts";
import { serveDriver } from "./serve.ts";

const image: Image = {
  id: `sha256:${"a".repeat(64)}`,
  references: ["hello:1"],
  platform: { os: "linux", architecture: "amd64" },
  size: 3,
  user: "",
  labels: {},
};

interface World {
  secret: string;
  disposed: number;
  specs: RunSpec[];
}

function echoRun(spec: RunSpec): Run {
  return {
    id: spec.id,
    async *events(cursor) {
      for (let n = Number(cursor ?? 0) + 1; n <= 300; n++) {
        yield { cursor: String(n), event: { kind: "log", stream: "stdout", text: `${n}\n` } };
      }
    },
    outcome: async () => ({ kind: "exited", exitCode: 7, outOfMemory: false }),
    async *outputs() {
      const data = new Uint8Array(150_000).fill(255);
      yield { path: "big", mode: 0o644, uid: 1, gid: 2, data, last: true };
      yield { path: "empty", mode: 0o600, uid: 1, gid: 2, data: new Uint8Array(), last: true };
    },
    stop: async () => undefined,
    remove: async () => undefined,
    async [Symbol.asyncDispose]() {},
  };
}

function echoDriver(world: World): DriverDefinition {
  return {
    name: "echo",
    version: "1.0.0",
    optionsSchema: { type: "object" },
    create: (options) => ({
      probe: async () => ({
        state: "ready",
        engine: `echo ${String(options["loud"])}`,
        problems: [],
      }),
      build: {
        capabilities: { platforms: ["linux/amd64"], features: ["secrets"] },
        async build(request, { report, signal }) {
          world.secret = Buffer.from((await request.secrets[0]?.read(signal)) ?? []).toString();
          await report({
            kind: "step",
            step: "1",
            title: request.dockerfile.text,
            state: "started",
          });
          if (request.dockerfile.text !== "FROM scratch") {
            throw new DriverError("invalid-request", "Unknown instruction FORM.", {
              hint: "Did you mean FROM?",
              location: { path: request.dockerfile.path, line: 1 },
            });
          }
          return {
            images: [image],
            steps: [{ title: "FROM scratch", cached: false, missReason: "first build" }],
          };
        },
      },
      run: {
        capabilities: { platforms: ["linux/amd64"], features: ["recover"] },
        handles: async (type) => type === "oci",
        start: async (spec) => {
          world.specs.push(spec);
          return echoRun(spec);
        },
        recover: async (id) => world.specs.filter((spec) => spec.id === id).map(echoRun)[0],
        sweep: async (_owner, keep) =>
          world.specs.map(({ id }) => id).filter((id) => !keep.includes(id)),
      },
      images: { inspect: async ({ reference }) => (reference === "hello:1" ? image : undefined) },
      async [Symbol.asyncDispose]() {
        world.disposed += 1;
      },
    }),
  };
}

const request: BuildRequest = {
  id: "b1",
  contextDir: "/tmp",
  dockerfile: { text: "FROM scratch", path: "Dockerfile" },
  ignore: "",
  tags: [],
  platforms: [],
  buildArgs: {},
  labels: {},
  contexts: {},
  secrets: [{ id: "npm", read: async () => Buffer.from("s3cret") }],
  ssh: [],
  cacheFrom: [],
  cacheTo: [],
  network: "default",
  extraHosts: [],
  noCache: false,
  pull: false,
  insecureRegistries: [],
};

const spec: RunSpec = {
  id: "r1",
  owner: "o",
  labels: {},
  image: { reference: "hello:1" },
  command: ["/cnab/app/run"],
  environment: [{ name: "A", value: "b", sensitive: false }],
  files: [
    {
      path: "/x",
      content: Buffer.from([0, 255]),
      mode: 0o400,
      sensitive: true,
      existing: "refuse",
    },
  ],
  outputsDir: "/cnab/app/outputs",
  mounts: [],
  network: "default",
  privileged: false,
  capabilities: [],
  engineSocket: false,
};

const never = new AbortController().signal;

async function connected(world: World): Promise<ConnectedDriver> {
  const [near, far] = memoryPair();
  serveDriver(echoDriver(world), far);
  return connectDriver(near, {
    options: { loud: true },
    context: { stateDir: "/s", contentDir: "/c" },
  });
}

function newWorld(): World {
  return { secret: "", disposed: 0, specs: [] };
}

describe("a driver over the wire is the same driver", () => {
  test("facets, capabilities and options cross", async () => {
    const world = newWorld();
    {
      await using driver = await connected(world);
      expect(await driver.probe(never)).toEqual({
        state: "ready",
        engine: "echo true",
        problems: [],
      });
      expect(driver.description.name).toBe("echo");
      expect(driver.build?.capabilities.features).toEqual(["secrets"]);
      expect(driver.images?.push).toBeUndefined();
      expect(await driver.images?.inspect({ reference: "nope" }, never)).toBeUndefined();
    }
    expect(world.disposed).toBe(1);
  });

  test("a build reports, reads its secret by handle, and gives its image", async () => {
    const world = newWorld();
    await using driver = await connected(world);
    const events: unknown[] = [];

    const result = await driver.build?.build(request, {
      signal: never,
      report: async (event) => void events.push(event),
    });

    expect(result).toEqual({
      images: [image],
      steps: [{ title: "FROM scratch", cached: false, missReason: "first build" }],
    });
    expect(events).toEqual([{ kind: "step", step: "1", title: "FROM scratch", state: "started" }]);
    expect(world.secret).toBe("s3cret");
  });

  test("an error keeps its code, hint and place", async () => {
    await using driver = await connected(newWorld());
    const bad = { ...request, dockerfile: { text: "FORM x", path: "a/Dockerfile" } };

    const failure = driver.build?.build(bad, { signal: never, report: async () => undefined });

    await expect(failure).rejects.toMatchObject({
      name: "DriverError",
      code: "invalid-request",
      hint: "Did you mean FROM?",
      location: { path: "a/Dockerfile", line: 1 },
    });
  });

  test("a run's files, events, outcome and outputs cross byte for byte", async () => {
    const world = newWorld();
    await using driver = await connected(world);
    const run = await driver.run?.start(spec, never);
    if (run === undefined) return expect.unreachable();

    const texts: string[] = [];
    for await (const { cursor, event } of run.events("10", never))
      texts.push(`${cursor}:${event.text}`);
    const sizes: Record<string, number> = {};
    for await (const { path, data, last } of run.outputs(never)) {
      sizes[path] = (sizes[path] ?? 0) + data.length;
      if (last) sizes[`${path}!`] = 1;
    }

    expect([...(world.specs[0]?.files[0]?.content ?? [])]).toEqual([0, 255]);
    expect(texts).toHaveLength(290);
    expect(texts[0]).toBe("11:11\n");
    expect(sizes).toEqual({ big: 150_000, "big!": 1, empty: 0, "empty!": 1 });
    expect(await run.outcome(never)).toEqual({ kind: "exited", exitCode: 7, outOfMemory: false });
    expect(await driver.run?.sweep("o", [], never)).toEqual(["r1"]);
    expect((await driver.run?.recover("r1", never))?.id).toBe("r1");
    expect(await driver.run?.recover("r2", never)).toBeUndefined();
  });
});

describe("a process that is no driver", () => {
  const launch = (script: string) =>
    launchDriver({
      command: "/bin/sh",
      args: ["-c", script],
      env: {},
      name: "bad",
      options: {},
      context: { stateDir: "/s", contentDir: "/c" },
      signal: AbortSignal.timeout(700),
    });

  test.each([
    ["exits at once", "exit 3", "driver-lost"],
    ["prints garbage", "echo hello; sleep 30", "protocol"],
    ["hangs", "sleep 30", "timeout"],
    [
      "answers wrongly",
      `read l; echo '{"jsonrpc":"2.0","id":1,"result":{"name":"X"}}'; sleep 30`,
      "protocol",
    ],
    [
      "speaks another protocol",
      `read l; echo '{"jsonrpc":"2.0","id":1,"result":{"protocols":[99],"name":"x","version":"1","optionsSchema":{}}}'; sleep 30`,
      "protocol",
    ],
  ])("one that %s is refused as %s", async (_what, script, code) => {
    await expect(launch(script)).rejects.toMatchObject({ name: "DriverError", code });
  });

  test("a program that is not there is driver-lost, with the program's name", async () => {
    const missing = launchDriver({
      command: "/no/such/driver",
      args: [],
      env: {},
      options: {},
      context: { stateDir: "/s", contentDir: "/c" },
    });
    await expect(missing).rejects.toMatchObject({
      code: "driver-lost",
      message: expect.stringContaining("/no/such/driver"),
    });
  });
});
