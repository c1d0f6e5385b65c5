import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Driver, RunSpec } from "@gantry/driver-api";
import {
  connectInProcess,
  connectOverStdio,
  describeDriver,
  describeTestImage,
  type DriverFixture,
} from "@gantry/driver-api/conformance";
import * as vitest from "vitest";
import { commandDriver } from "./definition.ts";
import { commandRunner, TestWorld } from "./testing/test-world.ts";

const world = await TestWorld.create();
vitest.afterAll(() => world[Symbol.asyncDispose]());
const executable = join(world.bin, "cnab-conformance");
writeFileSync(executable, commandRunner(process.execPath), { mode: 0o755 });

const options = { options: { executable }, context: world.context };
const main = join(import.meta.dirname, "main.ts");
describeDriver(
  fixture("command in process", () => connectInProcess(commandDriver, options)),
  vitest,
);
describeDriver(
  fixture("command over stdio", () => connectOverStdio(main, options)),
  vitest,
);

function fixture(name: string, connect: () => Promise<Driver>): DriverFixture {
  return {
    name,
    connect,
    testImage: async () => describeTestImage({ reference: "example/hello:1" }),
    adapt: withCommandFile,
    leftovers: async (id) => {
      const dir = join(world.context.stateDir, "runs", id);
      return existsSync(dir) ? [dir] : [];
    },
    lacks: {
      inputs: "the executable, not the driver, hands inputs to the program",
      "image-lookup": "the executable, not the driver, looks for the image",
    },
  };
}

/** An operation has no command: the executable of this test finds it in a file. */
function withCommandFile(spec: RunSpec): RunSpec {
  const content = Buffer.from(JSON.stringify(spec.command));
  const path = "/conformance/command.json";
  const file = { path, content, mode: 0o400, sensitive: false, existing: "refuse" as const };
  return { ...spec, files: [...spec.files, file] };
}
