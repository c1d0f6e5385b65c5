import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver } from "@gantry/driver-api";
import {
  connectInProcess,
  connectOverStdio,
  describeDriver,
  describeTestImage,
  type DriverFixture,
} from "@gantry/driver-api/conformance";
import * as vitest from "vitest";
import { debugDriver } from "./definition.ts";

const dir = mkdtempSync(join(tmpdir(), "gantry-debug-"));
const options = { options: {}, context: { stateDir: dir, contentDir: dir } };
vitest.afterAll(() => rmSync(dir, { recursive: true, force: true }));

const main = join(import.meta.dirname, "main.ts");
describeDriver(
  fixture("debug in process", () => connectInProcess(debugDriver, options)),
  vitest,
);
describeDriver(
  fixture("debug over stdio", () => connectOverStdio(main, options)),
  vitest,
);

vitest.test("the debug driver leaves nothing on disk", () => {
  vitest.expect(readdirSync(dir)).toEqual([]);
});

function fixture(name: string, connect: () => Promise<Driver>): DriverFixture {
  return {
    name,
    connect,
    testImage: async () => describeTestImage({ reference: "example/hello:1" }),
    lacks: {
      program: "the debug driver prints the plan and runs nothing",
      "image-lookup": "the debug driver looks for no image",
    },
    notApplicable: { "run.handles": "a plan can be shown for every type of image" },
  };
}
