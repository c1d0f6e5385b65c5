import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Fields, type Finished, type Helper, World } from "./support/world.ts";

let world: World;
let helper: Helper;

beforeEach(async () => {
  world = await World.open();
  helper = await world.start();
});

afterEach(() => world[Symbol.asyncDispose]());

interface Mixin {
  readonly version?: string;
  /** What its `build` does, as a shell reads it. */
  readonly build?: string;
}

/** A mixin as its author ships it: a client program and a runtime. */
async function mixin(name: string, { version = "1.2.3", build = "true" }: Mixin = {}) {
  const client = await world.file(
    `home/mixins/${name}/${name}`,
    `#!/bin/sh
case "$*" in
  build)
    cat > "${world.dir}/${name}.stdin"
    pwd > "${world.dir}/${name}.cwd"
    ${build} ;;
  "version --output json") printf '{"name":"${name}","version":"${version}"}' ;;
  *) exit 64 ;;
esac
`,
  );
  const runtime = await world.file(
    `home/mixins/${name}/runtimes/${name}-runtime`,
    `#!/bin/sh\necho ${name} runs\n`,
  );
  await Promise.all([chmod(client, 0o755), chmod(runtime, 0o755)]);
}

/** A bundle of these mixins that uses `first` in every action. */
async function bundle(mixins: readonly unknown[], fields: Fields = {}) {
  const use = [{ exec: { command: "true" } }];
  return world.bundle({
    mixins: ["exec", ...mixins],
    install: use,
    upgrade: use,
    uninstall: use,
    ...fields,
  });
}

function failureOf({ outcome }: Finished) {
  expect(outcome.operation.status).toBe("failed");
  return outcome.operation.failure;
}

async function dockerfileOf(dir: string): Promise<string> {
  return readFile(join(dir, ".cnab/Dockerfile"), "utf8");
}

describe("a mixin's build", () => {
  it("reads its configuration and its own steps of every action, and runs in the bundle's directory", async () => {
    await mixin("tool");
    const exec = { exec: { command: "true" } };
    const dir = await bundle([{ tool: { clientVersion: "v3", list: [1, true] } }], {
      customActions: { ping: { description: "Pings." } },
      install: [
        { tool: { description: "First", name: "a", args: ["x", 1] } },
        exec,
        { tool: { name: "${ bundle.name }" } },
      ],
      upgrade: [exec, { tool: { name: "b" } }],
      ping: [{ tool: { name: "c" } }],
    });

    const { outcome } = await helper.build(dir);

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
    expect(parse(await world.read("tool.stdin"))).toEqual({
      config: { clientVersion: "v3", list: [1, true] },
      actions: {
        install: [
          { tool: { description: "First", name: "a", args: ["x", 1] } },
          { tool: { name: "${ bundle.name }" } },
        ],
        upgrade: [{ tool: { name: "b" } }],
        uninstall: [],
        ping: [{ tool: { name: "c" } }],
      },
    });
    expect(await world.read("tool.cwd")).toBe(`${dir}\n`);
  });

  it("gets no `config` when the manifest gives it none", async () => {
    await mixin("tool");

    await helper.build(await bundle(["tool"]));

    expect(parse(await world.read("tool.stdin"))).not.toHaveProperty("config");
  });

  it("puts its lines into the Dockerfile in the manifest's order, not the order of finishing", async () => {
    await mixin("slow", { build: "sleep 0.5; echo 'ENV ORDER=slow'; echo 'RUN echo slow'" });
    await mixin("fast", { build: "echo 'ENV ORDER=fast'" });
    const dir = await bundle(["slow", "fast"]);

    const { outcome } = await helper.build(dir);

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
    const lines = (await dockerfileOf(dir)).split("\n");
    const at = ["ENV ORDER=slow", "RUN echo slow", "ENV ORDER=fast"].map((line) =>
      lines.indexOf(line),
    );
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((one, other) => one - other));
  });

  it("puts its lines where the template has the token", async () => {
    await mixin("tool", { build: "echo 'ENV FROM_TOOL=1'" });
    const dir = await world.bundle(
      { mixins: ["exec", "tool"] },
      { "template.Dockerfile": "FROM fake/base\n# PORTER_MIXINS\nENV AFTER=1\n" },
    );

    await helper.build(dir);

    expect(await dockerfileOf(dir)).toMatch(/ENV FROM_TOOL=1\n(.*\n)*ENV AFTER=1/);
  });

  it("that fails is `build-failed` with its name and the last line of its stderr", async () => {
    await mixin("tool", { build: "echo early >&2; echo 'no such chart' >&2; exit 7" });

    const finished = await helper.build(await bundle(["tool"]));

    expect(failureOf(finished)).toMatchObject({
      code: "build-failed",
      message: expect.stringMatching(/tool.*7/),
      hint: "no such chart",
    });
    expect(finished.log).toContain("early\nno such chart\n");
  });

  it("that fails fails the build although another one succeeds, and records nothing", async () => {
    await mixin("good", { build: "echo 'ENV GOOD=1'" });
    await mixin("bad", { build: "echo broken >&2; exit 1" });
    const dir = await bundle(["good", "bad"]);
    expect(failureOf(await helper.build(dir))).toMatchObject({ code: "build-failed" });

    await mixin("bad", { build: "echo 'ENV BAD=0'" });
    const { outcome } = await helper.build(dir);

    expect(outcome).toMatchObject({
      operation: { status: "succeeded" },
      build: { upToDate: false },
    });
  });
});

describe("a mixin's version", () => {
  it("is in the bundle's stamp", async () => {
    await mixin("tool", { version: "v1.2.3" });
    const dir = await bundle(["tool@^1.2"]);

    const { outcome } = await helper.build(dir);

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
    const { custom } = JSON.parse(await readFile(join(dir, ".cnab/bundle.json"), "utf8"));
    expect(custom["sh.porter"].mixins.tool).toEqual({ version: "v1.2.3" });
  });

  it.each([["tool@^2"], [{ "tool@^2": { some: "config" } }]])(
    "that does not satisfy %j is refused, and its build does not run",
    async (declared) => {
      await mixin("tool");
      const dir = await bundle([declared]);

      expect(failureOf(await helper.build(dir))).toMatchObject({
        code: "manifest-invalid",
        message: "Mixin tool is 1.2.3, but the manifest asks for ^2.",
        hint: expect.stringContaining("tool"),
      });
      await expect(world.read("tool.stdin")).rejects.toMatchObject({ code: "ENOENT" });
    },
  );
});

describe("a mixin's files", () => {
  it("are staged beside the run tool, still as programs", async () => {
    await mixin("tool");
    const dir = await bundle(["tool"]);

    await helper.build(dir);

    const staged = join(dir, ".cnab/app/mixins/tool");
    expect(await readFile(join(staged, "tool"), "utf8")).toContain("version --output json");
    expect(await readFile(join(staged, "runtimes/tool-runtime"), "utf8")).toContain("tool runs");
    expect((await stat(join(staged, "runtimes/tool-runtime"))).mode & 0o111).toBe(0o111);
  });

  it("decide whether the bundle is built anew", async () => {
    await mixin("tool");
    const dir = await bundle(["tool"]);
    await helper.build(dir);
    expect((await helper.build(dir)).outcome.build?.upToDate).toBe(true);

    await mixin("tool", { version: "1.2.4" });

    expect((await helper.build(dir)).outcome.build?.upToDate).toBe(false);
  });

  it("that are not there are `not-found`, with the place where they belong", async () => {
    expect(failureOf(await helper.build(await bundle(["absent"])))).toMatchObject({
      code: "not-found",
      message: "Mixin absent is not installed.",
      hint: expect.stringContaining(join(world.home, "mixins", "absent")),
    });
  });
});
