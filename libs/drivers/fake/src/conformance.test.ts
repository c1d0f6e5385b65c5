import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver } from "@gantry/driver-api";
import {
  buildTestImage,
  connectInProcess,
  connectOverStdio,
  describeDriver,
  type DriverFixture,
} from "@gantry/driver-api/conformance";
import * as vitest from "vitest";
import { fakeDriver } from "./definition.ts";

const dir = mkdtempSync(join(tmpdir(), "gantry-fake-"));
const options = {
  options: {},
  context: { stateDir: join(dir, "state"), contentDir: join(dir, "content") },
};
vitest.afterAll(() => rmSync(dir, { recursive: true, force: true }));

const main = join(import.meta.dirname, "main.ts");
describeDriver(
  fixture("fake in process", () => connectInProcess(fakeDriver, options)),
  vitest,
);
describeDriver(
  fixture("fake over stdio", () => connectOverStdio(main, options)),
  vitest,
);

function fixture(name: string, connect: () => Promise<Driver>): DriverFixture {
  return {
    name,
    connect,
    base: "fake/base",
    testImage: (driver, signal) => buildTestImage(driver, "fake/base", signal),
    command: (program) => ["fake", JSON.stringify(program)],
    lacks: {
      shell: "the fake driver runs no program",
      inputs: "the fake driver hands inputs to nobody",
    },
  };
}
