import { fileURLToPath } from "node:url";
import { localDriver } from "@gantry/driver-local";
import { TempDir } from "@gantry/process";
import { runtimeFor } from "@gantry/run-tool";
import { describe, expect, it } from "vitest";
import { engine } from "../../../tools/engines/require.ts";
import { World } from "./support/world.ts";

const MAIN = fileURLToPath(new URL("../../../libs/drivers/podman/src/main.ts", import.meta.url));

const podman = engine("podman");
const localProblem = await whyNoLocal();
if (localProblem !== undefined)
  process.stderr.write(`skipped: hand-over between local and podman: ${localProblem}\n`);

/** Why the local driver cannot be used here. */
async function whyNoLocal(): Promise<string | undefined> {
  await using dir = await TempDir.create();
  await using driver = localDriver.create({}, { stateDir: dir.path, contentDir: dir.path });
  const { state, problems } = await driver.probe(AbortSignal.timeout(5_000));
  return state === "unavailable" ? (problems[0]?.text ?? "unavailable") : undefined;
}

/** The driver as a program of its own, on the private Podman of this test run. */
async function worldWith(host: string): Promise<World> {
  const command = [process.execPath, "--conditions=@gantry/source", "--no-warnings", MAIN];
  const world = await World.open([{ name: "podman", command, options: { host } }]);
  world.findRuntime = runtimeFor;
  return world;
}

describe.skipIf(!podman.available || localProblem !== undefined)("an image built", () => {
  const facts = podman.available ? podman : { host: "", base: "" };

  it.each([
    ["local", "podman"],
    ["podman", "local"],
  ])(
    "by %s is run by %s, without building again",
    { timeout: 180_000 },
    async (builder, runner) => {
      await using world = await worldWith(facts.host);
      const helper = await world.start();
      const dir = await world.bundle(
        { name: `made-by-${builder}`, install: [{ exec: { command: "./hello.sh" } }] },
        {
          "template.Dockerfile": `FROM ${facts.base}\n`,
          "hello.sh": "#!/bin/sh\necho hello from $(id -u)\n",
        },
      );

      const built = await helper.build(dir, { driver: builder });
      const { outcome, log } = await helper.install(dir, { driver: runner });

      expect([built.outcome.operation.failure, outcome.operation.failure]).toEqual([
        undefined,
        undefined,
      ]);
      expect(outcome).toMatchObject({
        operation: { status: "succeeded" },
        run: { endpoint: runner },
        build: { endpoint: builder, upToDate: true },
      });
      expect(log).toContain("hello from 65532\n");
    },
  );
});
