import { memoryPair } from "@gantry/rpc";
import { describe, expect, test } from "vitest";
import type { BuildRequest, RunSpec } from "../index.ts";
import { cleanText } from "./clean-text.ts";
import { connectDriver, type ConnectedDriver } from "./connect.ts";

type Fields = Record<string, unknown>;
interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: Fields;
}
type Send = (message: Fields) => void;
/** Answers a request in some way; `undefined` leaves it to the well-behaved part. */
type Play = (request: Request, send: Send) => unknown;

const never = new AbortController().signal;
const PATIENCE = { shortMs: 300, longMs: 300, cancelMs: 100, lineMs: 1_000 };
const DESCRIPTION = { protocols: [1], name: "odd", version: "1", optionsSchema: {} };
const FACETS = {
  build: { platforms: ["linux/amd64"], features: [] },
  run: { platforms: ["linux/amd64"], features: [] },
};

/** A driver that shakes hands as it should and then does what `play` does. */
async function connect(play: Play): Promise<{
  driver: ConnectedDriver;
  answers: Fields[];
  stuck: string[];
}> {
  const [near, far] = memoryPair();
  const answers: Fields[] = [];
  const stuck: string[] = [];
  const send: Send = (message) =>
    void far.send(JSON.stringify({ jsonrpc: "2.0", ...message })).catch(() => undefined);
  far.listen((text) => {
    const message = JSON.parse(text) as Fields & Request;
    if (typeof message.method !== "string") answers.push(message);
    else if (!message.method.startsWith("$/")) {
      const played = play(message, send);
      if (played !== undefined) return;
      if (message.method === "driver.describe") send({ id: message.id, result: DESCRIPTION });
      if (message.method === "driver.initialize")
        send({ id: message.id, result: { facets: FACETS } });
    }
  });
  const context = { stateDir: "/s", contentDir: "/c" };
  const driver = await connectDriver(near, {
    options: {},
    context,
    name: "odd",
    patience: PATIENCE,
    onStuck: (what) => stuck.push(what),
  });
  return { driver, answers, stuck };
}

/** Plays one method. */
function on(method: string, answer: (request: Request, send: Send) => void): Play {
  return (request, send) => {
    if (request.method !== method) return undefined;
    answer(request, send);
    return true;
  };
}

describe("a handshake", () => {
  test.each([
    ["a name that is no name", { ...DESCRIPTION, name: "../other" }],
    ["a protocol that nobody speaks", { ...DESCRIPTION, protocols: [7] }],
    ["a number that is none", { ...DESCRIPTION, protocols: ["1"] }],
    ["a schema of 300,000 characters", { ...DESCRIPTION, optionsSchema: { a: "x".repeat(3e5) } }],
    ["a schema of something else", { ...DESCRIPTION, optionsSchema: { type: "string" } }],
  ])("with %s is refused", async (_what, description) => {
    const connecting = connect(
      on("driver.describe", ({ id }, send) => send({ id, result: description })),
    );

    await expect(connecting).rejects.toMatchObject({ code: "protocol", hint: expect.any(String) });
  });

  test("in which something is said that is no message is refused at once, with what it was", async () => {
    const connecting = connect(
      on("driver.describe", (_request, send) => send({ jsonrpc: "1.0", text: "Welcome!" })),
    );

    await expect(connecting).rejects.toMatchObject({
      code: "protocol",
      message: expect.stringContaining("Welcome!"),
    });
  });
});

describe("a driver that", () => {
  test("says things with escapes in them is quoted without", async () => {
    const problem = {
      text: "bad\u001B[2J\u001B]0;title\u0007 thing\r\nx",
      fix: "\u009B31mfix\u0000",
    };
    const { driver } = await connect(
      on("driver.probe", ({ id }, send) =>
        send({ id, result: { state: "degraded", problems: [problem] } }),
      ),
    );

    expect((await driver.probe(never)).problems).toEqual([{ text: "bad thing\nx", fix: "fix" }]);
  });

  test("fails with escapes and without end is quoted without and shortened", async () => {
    const { driver } = await connect(
      on("driver.probe", ({ id }, send) => {
        const data = { code: "engine-lost", hint: `\u001B[1m${"h".repeat(9_000)}` };
        send({ id, error: { code: 1, message: `\u001B[31m${"m".repeat(9_000)}`, data } });
      }),
    );

    const error = await driver.probe(never).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: "engine-lost" });
    expect(JSON.stringify(error)).not.toContain("u001b");
    expect((error as Error).message.length).toBeLessThan(4_100);
  });

  test("says that work was cancelled which nobody cancelled breaks the protocol", async () => {
    const { driver } = await connect(
      on("driver.probe", ({ id }, send) => send({ id, error: { code: -32800, message: "no" } })),
    );

    await expect(driver.probe(never)).rejects.toMatchObject({ code: "protocol" });
  });

  test("reports on a call that is not its own reaches nobody, and is given up on when it goes on", async () => {
    const { driver } = await connect(
      on("driver.probe", (_request, send) => {
        for (let n = 0; n < 40; n += 1)
          send({ method: "$/progress", params: { id: 4_000 + n, items: [{ kind: "log" }] } });
      }),
    );

    await expect(driver.probe(never)).rejects.toMatchObject({
      code: "protocol",
      message: expect.stringContaining("progress of no call"),
    });
    expect(await driver.closed).toContain("belong to nothing");
  });

  test("does not answer is timed out, and told of", async () => {
    const { driver, stuck } = await connect(on("driver.probe", () => undefined));

    await expect(driver.probe(never)).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringContaining("driver.probe"),
    });
    expect(stuck).toHaveLength(1);
  });

  test("ignores a cancel lets its caller go after a while", async () => {
    const { driver, stuck } = await connect(on("build.start", () => undefined));
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);

    const build = driver.build?.build(request(), { signal: abort.signal, report: async () => {} });

    await expect(build).rejects.toMatchObject({
      code: "canceled",
      message: expect.stringContaining("did not react"),
    });
    expect(stuck).toHaveLength(1);
  });
});

describe("the outputs of a run", () => {
  const piece = { mode: 0o644, uid: 0, gid: 0, data: "YQ==", last: true };
  const bad: readonly (readonly [string, readonly Fields[]])[] = [
    ["climb out by ..", [{ ...piece, path: "a/../../etc/passwd" }]],
    ["begin with ..", [{ ...piece, path: "../x" }]],
    ["are absolute", [{ ...piece, path: "/etc/passwd" }]],
    ["have an empty part", [{ ...piece, path: "a//b" }]],
    ["have a mode beyond bounds", [{ ...piece, path: "a", mode: 0o170_000 }]],
    ["have an owner beyond bounds", [{ ...piece, path: "a", uid: -1 }]],
    ["are larger than a piece may be", [{ ...piece, path: "a", data: "A".repeat(2_000_000) }]],
    [
      "come twice",
      [
        { ...piece, path: "a" },
        { ...piece, path: "a" },
      ],
    ],
    [
      "are mixed",
      [
        { ...piece, path: "a", last: false },
        { ...piece, path: "b" },
      ],
    ],
  ];

  test.each(bad)("that %s are refused", async (_what, items) => {
    const { driver } = await connect(
      withRun(({ id, method }, send) => {
        if (method !== "run.outputs") return undefined;
        send({ method: "$/progress", params: { id, items } });
        send({ id, result: {} });
        return true;
      }),
    );
    const run = await driver.run?.start(spec(), never);

    await expect(Array.fromAsync(run?.outputs(never) ?? [])).rejects.toMatchObject({
      code: "protocol",
    });
  });
});

describe("secrets", () => {
  test("can be read by the handles of a build under way, and by nothing else", async () => {
    const asked: string[] = [];
    const { driver, answers } = await connect(
      on("build.start", ({ id, params }, send) => {
        const [secret] = params["secrets"] as { handle: string }[];
        asked.push(secret?.handle ?? "");
        send({ id: 900, method: "secret.read", params: { handle: secret?.handle } });
        send({ id: 901, method: "secret.read", params: { handle: "s1" } });
        send({ id: 902, method: "installation.delete", params: { name: "x" } });
        setTimeout(() => send({ id, result: { images: [], steps: [] } }), 30);
      }),
    );
    const secret = { id: "npm", read: async () => Buffer.from("hush") };
    const build = { ...request(), secrets: [secret] };
    await driver.build?.build(build, { signal: never, report: async () => {} });
    const byId = (id: number) => answers.find((answer) => answer["id"] === id);

    expect(byId(900)).toMatchObject({ result: { value: "aHVzaA==" } });
    expect(byId(901)).toMatchObject({ error: { message: expect.any(String) } });
    expect(byId(902)).toMatchObject({ error: { code: -32601 } });
  });
});

test.each([
  ["\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\", "link"],
  ["\u001BPq#0;2\u001B\\sixel", "sixel"],
  ["a\u202Eb\u2066c", "abc"],
  ["50%\r100%\r\n", "50%\n100%\n"],
  ["tab\tand\nnewline stay", "tab\tand\nnewline stay"],
  ["nul\u0000 bell\u0007 del\u007F c1\u0085", "nul bell del c1"],
])("%j is shown as %j", (text, shown) => {
  expect(cleanText(text)).toBe(shown);
});

test("text that is nothing but beginnings of escapes is cleaned in no time", () => {
  for (const start of ["\u001B]", "\u001B[", "\u009B;", "\u001BP", "\u001B[;", "\u001B "]) {
    const since = performance.now();
    cleanText(start.repeat(500_000));
    expect(performance.now() - since).toBeLessThan(3_000);
  }
});

/** Runs are started; what else is asked goes to `play`. */
function withRun(play: Play): Play {
  return (request, send) => {
    if (request.method === "run.start") {
      send({ id: request.id, result: {} });
      return true;
    }
    return play(request, send);
  };
}

function request(): BuildRequest {
  return {
    id: "b1",
    contextDir: "/c",
    dockerfile: { text: "FROM scratch\n", path: "Dockerfile" },
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

function spec(): RunSpec {
  return {
    id: "r1",
    owner: "o",
    labels: {},
    image: { reference: "x" },
    command: ["x"],
    environment: [],
    files: [],
    outputsDir: "/o",
    mounts: [],
    network: "default",
    privileged: false,
    capabilities: [],
    engineSocket: false,
  };
}
