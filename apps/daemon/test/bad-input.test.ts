import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Failure } from "@gantry/protocol";
import { RpcError } from "@gantry/rpc";
import { describe, expect, it } from "vitest";
import { apart, type Fields, type Finished, type Helper, World } from "./support/world.ts";

/** The failure of an operation, or of the call that should have begun it. */
async function failureOf(work: Promise<Pick<Finished, "outcome">>): Promise<Failure> {
  try {
    const { outcome } = await work;
    return outcome.operation.failure ?? { code: "none", message: "it succeeded" };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return { message: error.message, ...error.data };
  }
}

/** Neither an installation, nor a run in any engine, nor an operation that goes on. */
async function expectNothingLeft(world: World, helper: Helper): Promise<void> {
  const { installations } = await helper.request("installation.list", {});
  const { operations } = await helper.request("operation.list", { running: true });
  const drivers = await readdir(join(world.home, "drivers"), { recursive: true }).catch(() => []);

  expect({ installations, operations }).toEqual({ installations: [], operations: [] });
  expect(drivers.filter((path) => path.includes("runs/"))).toEqual([]);
}

const YAML_HEAD =
  "schemaVersion: 1.0.0\nname: sample\nversion: 0.1.0\nregistry: localhost:5000\nmixins: [exec]\n";
const YAML_TAIL = "install:\n  - exec: {command: x}\nuninstall:\n  - exec: {command: x}\n";

const MANIFESTS: readonly (readonly [string, string, RegExp, number])[] = [
  ["YAML that does not parse", `${YAML_HEAD}install: [\n`, /porter\.yaml/, 7],
  ["a list instead of a mapping", "- name\n", /porter\.yaml/, 1],
  ["an unknown field", `${YAML_HEAD}instal: []\n${YAML_TAIL}`, /instal/, 6],
  ["a field twice", `${YAML_HEAD}name: other\n${YAML_TAIL}`, /written twice/, 6],
  ["a wrong type", `${YAML_HEAD}${YAML_TAIL}`.replace("0.1.0", "[1]"), /version/, 3],
  [
    "an unknown field of a parameter",
    `${YAML_HEAD}parameters:\n  - name: a\n    typ: string\n${YAML_TAIL}`,
    /typ/,
    8,
  ],
  [
    "two parameters of one name",
    `${YAML_HEAD}parameters:\n  - {name: a, type: string}\n  - {name: a, type: string}\n${YAML_TAIL}`,
    /a/,
    8,
  ],
  [
    "a step of an unknown mixin",
    `${YAML_HEAD}install:\n  - kubectl: {}\nuninstall:\n  - exec: {command: x}\n`,
    /kubectl/,
    7,
  ],
  [
    "a step without a command",
    `${YAML_HEAD}install:\n  - exec: {arguments: [a]}\nuninstall:\n  - exec: {command: x}\n`,
    /command/,
    7,
  ],
];

describe("a bundle that cannot be built", () => {
  it.each(MANIFESTS)("is refused for %s, at its line", async (_what, text, says, line) => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle({}, { "porter.yaml": text });

    for (const work of [() => helper.build(dir), () => helper.install(dir)]) {
      const failure = await failureOf(work());

      expect(failure.code).toBe("manifest-invalid");
      expect([failure.message, ...(failure.details ?? [])].join("\n")).toMatch(says);
      expect(failure.place).toMatchObject({ path: join(dir, "porter.yaml"), line });
      expect(failure.hint).toBeTruthy();
    }
    await expectNothingLeft(world, helper);
  });

  it("is refused when there is no porter.yaml", async () => {
    await using world = await World.open();
    const helper = await world.start();
    await mkdir(join(world.dir, "empty"));

    const empty = join(world.dir, "empty");
    for (const work of [() => helper.build(empty), () => helper.install(empty)]) {
      const failure = await failureOf(work());

      expect(failure).toMatchObject({
        code: "not-found",
        message: expect.stringContaining("empty/porter.yaml"),
      });
      expect(failure.hint).toContain("gantry create");
    }
    await expectNothingLeft(world, helper);
  });

  const templates: readonly (readonly [string, string | undefined, Fields])[] = [
    [
      "a template that is not there",
      undefined,
      { code: "not-found", message: expect.stringContaining("template.Dockerfile") },
    ],
    [
      "an unknown instruction",
      "FROM fake/base\nFLY away\n",
      { code: "invalid-request", message: expect.stringContaining("FLY") },
    ],
    [
      "a base image that does not exist",
      "FROM localhost:1/nothing:here\n",
      { code: "image-not-found" },
    ],
    ["a step that fails", "FROM fake/base\nRUN exit 3\n", { code: "build-failed" }],
    [
      "a file that is not in the context",
      "FROM fake/base\nCOPY nothing /x\n",
      { code: "build-failed" },
    ],
  ];

  it.each(templates)("fails for %s", async (_what, template, expected) => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle(
      {},
      template === undefined ? {} : { "template.Dockerfile": template },
    );
    if (template === undefined) await rm(join(dir, "template.Dockerfile"));

    const failure = await failureOf(helper.install(dir));

    expect(failure).toMatchObject(expected);
    expect(failure.hint).toBeTruthy();
    await expectNothingLeft(world, helper);
  });

  it("is refused when a step runs a script that is not there, naming step and file", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle({
      dockerfile: undefined,
      install: [{ exec: { command: "./gone.sh" } }],
    });

    const failure = await failureOf(helper.build(dir));

    expect(failure.code).toBe("lint-failed");
    expect(failure.message).toMatch(/porter\.yaml:1: install, step 1 runs \.\/gone\.sh/);
  });

  it("warns of such a script where the template may bring it along", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle({ install: [{ exec: { command: "./gone.sh" } }] });

    const { events, outcome } = await helper.build(dir);

    expect(outcome.operation.status).toBe("succeeded");
    expect(events.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({
        kind: "notice",
        level: "warning",
        text: expect.stringContaining("./gone.sh"),
      }),
    );
  });

  it("is refused for a mixin that is not installed", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle({ mixins: ["exec", "helm3"] });

    expect(await failureOf(helper.build(dir))).toMatchObject({
      code: "not-found",
      message: expect.stringContaining("helm3"),
    });
  });
});

describe("a driver that cannot be used", () => {
  it("is refused by its name", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle();

    expect(await failureOf(helper.install(dir, { driver: "dokcer" }))).toMatchObject({
      code: "driver-unknown",
      hint: expect.stringContaining("docker"),
    });
    await expectNothingLeft(world, helper);
  });

  it("is refused for options that do not fit", async () => {
    await using world = await World.open([
      { name: "odd", driver: "docker", options: { hots: "x" } },
    ]);
    const helper = await world.start();
    const dir = await world.bundle();

    const failure = await failureOf(helper.build(dir, { driver: "odd" }));

    expect(failure).toMatchObject({
      code: "invalid-options",
      message: expect.stringContaining("hots"),
    });
    expect(failure.hint).toContain("gantry drivers options odd");
  });

  it("is told with its engine's absence", async () => {
    await using world = await World.open([
      { name: "far", driver: "docker", options: { host: "unix:///nowhere/docker.sock" } },
    ]);
    const helper = await world.start();
    const dir = await world.bundle();

    const failure = await failureOf(helper.install(dir, { driver: "far" }));

    expect(failure).toMatchObject({ code: "engine-unavailable" });
    expect(failure.hint).toBeTruthy();
    await expectNothingLeft(world, helper);
  });

  it("lacks what is asked for, by name", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle();

    expect(await failureOf(helper.build(dir, { driver: "solo", network: "host" }))).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("network-host"),
    });
  });
});

describe("a configuration that is not valid", () => {
  const configs: readonly (readonly [string, string, number])[] = [
    ["endpoints: [\n", "flow", 2],
    ["endpoints:\n  - name: a\n    driver: fake\n    optoins: {}\n", "optoins", 4],
    ["prefer: fake\n", "prefer", 1],
    ["endpoints:\n  - name: UPPER\n    driver: fake\n", "lower-case", 2],
    ["endpoints:\n  - name: a\n", "driver", 2],
    ["endpoints:\n  - {name: a, driver: fake, command: [x]}\n", "exactly one", 2],
    ["endpoints:\n  - {name: a, driver: fake}\n  - {name: a, driver: docker}\n", "already", 3],
    ["prefer: *gone\n", "gone", 1],
  ];

  it.each(configs)("is refused with its place: %j", async (text, says, line) => {
    await using world = await World.open();
    await world.file("home/config.yaml", text);
    const helper = await world.start();
    const dir = await world.bundle();

    const failure = await failureOf(helper.install(dir));

    expect(failure.code).toBe("config-invalid");
    expect(failure.message.toLowerCase()).toContain(says.toLowerCase());
    expect(failure.place).toMatchObject({ path: join(world.home, "config.yaml"), line });
    expect(failure.hint).toContain("docs/configuration.md");
    await expectNothingLeft(world, helper);
  });
});

describe("inputs of a run", () => {
  const parameters = [
    { name: "port", type: "integer", minimum: 1 },
    { name: "token", type: "string", sensitive: true, minLength: 30, default: "x".repeat(30) },
  ];
  const wrong: readonly (readonly [string, Fields, RegExp])[] = [
    ["a missing one", {}, /"port" is required by install/],
    [
      "the wrong type",
      { port: { kind: "text", text: "eighty" } },
      /expected integer, found "eighty"/,
    ],
    ["a value out of range", { port: { kind: "json", value: 0 } }, /"port"/],
    [
      "an unknown name",
      { port: { kind: "json", value: 1 }, prot: { kind: "text", text: "1" } },
      /no parameter "prot"/,
    ],
    [
      "a sensitive value, not shown",
      { port: { kind: "json", value: 1 }, token: { kind: "text", text: "hush" } },
      /^(?!.*hush)/s,
    ],
  ];

  it.each(wrong)("refuse %s", async (_what, given, says) => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle({ parameters });

    const failure = await failureOf(helper.install(dir, { parameters: given as never }));

    expect(failure.code).toBe("input-invalid");
    expect([failure.message, failure.hint, ...(failure.details ?? [])].join("\n")).toMatch(says);
    await expectNothingLeft(world, helper);
  });

  it("refuse a file that is not there and a value that no variable holds", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle({
      parameters: [
        { name: "notes", type: "file", path: "/notes", default: "" },
        { name: "long", type: "string", default: "" },
      ],
    });

    const gone = await failureOf(
      helper.install(dir, { parameters: { notes: { kind: "text", text: "gone.txt" } } }),
    );
    const long = await failureOf(
      helper.install(dir, { parameters: { long: { kind: "text", text: "x".repeat(140_000) } } }),
    );

    expect(gone).toMatchObject({
      code: "input-invalid",
      message: expect.stringContaining(join(dir, "gone.txt")),
    });
    expect(long).toMatchObject({
      code: "input-invalid",
      message: expect.stringContaining("128 KiB"),
    });
    await expectNothingLeft(world, helper);
  });

  it("refuse an impossible name and a missing credential", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle({ credentials: [{ name: "key", env: "KEY", required: true }] });

    expect(await failureOf(helper.install(dir, { installation: "a\u0007b" }))).toMatchObject({
      code: "input-invalid",
    });
    expect(await failureOf(helper.install(dir))).toMatchObject({
      code: "input-invalid",
      message: expect.stringContaining('"key"'),
    });
    await expectNothingLeft(world, helper);
  });
});

describe("a bundle.json that is not valid", () => {
  it.each([
    ["{", "bundle-invalid"],
    ['{"schemaVersion":"1.2.0","name":"x","version":"1"}', "bundle-invalid"],
  ])("is refused: %s", async (text, code) => {
    await using world = await World.open();
    const helper = await world.start();
    const cnabFile = await world.file("bundle.json", text);

    const failure = await failureOf(
      helper.install("/", { installation: "x", source: { cnabFile } }),
    );

    expect(failure.code).toBe(code);
    await expectNothingLeft(world, helper);
  });

  it("is refused when the file is not there", async () => {
    await using world = await World.open();
    const helper = await world.start();

    expect(
      await failureOf(
        helper.install("/", { installation: "x", source: { cnabFile: "/gone.json" } }),
      ),
    ).toMatchObject({ code: "not-found" });
  });

  it.each(["explain", "install"])("is refused when there is no end to it: %s", async (how) => {
    await using world = await World.open();
    const helper = await world.start();
    const cnabFile = join(world.home, "endless.json");
    await symlink("/dev/zero", cnabFile);
    const source = { source: { cnabFile } };

    const asked =
      how === "install"
        ? failureOf(helper.install("/", source))
        : failureOf(helper.request("bundle.explain", source));

    // Read for as long as there is memory, it could not be read either.
    expect((await asked).message).toBe(`${cnabFile} is no file.`);
  });

  it("is refused when it is larger than any bundle", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const cnabFile = await world.file("bundle.json", " ".repeat((4 << 20) + 1));
    const install = helper.install("/", { installation: "x", source: { cnabFile } });

    expect(await failureOf(install)).toMatchObject({
      code: "bundle-invalid",
      message: expect.stringContaining("larger than"),
    });
  });
});

describe("a setting of a name that is longer than any", () => {
  it.each([
    ["config.set", { key: "a".repeat(100_000), text: "1" }],
    ["config.unset", { key: "a".repeat(100_000) }],
    ["config.change", { changes: [{ key: "a".repeat(100_000), value: 1 }] }],
  ])("is refused before it is compared with others: %s", async (method, params) => {
    await using world = await World.open();
    const helper = await world.start();

    await expect(helper.request(method, params)).rejects.toThrow("Invalid params");
  });
});
