import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver, DriverContext } from "@gantry/driver-api";
import {
  buildTestImage,
  connectInProcess,
  connectOverStdio,
  describeDriver,
  type DriverFixture,
} from "@gantry/driver-api/conformance";
import * as vitest from "vitest";
import { localDriver } from "./definition.ts";
import { USERLAND } from "./userland/userland.ts";

const dir = mkdtempSync(join(tmpdir(), "gantry-local-"));
vitest.afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Each connection has a home of its own: a step that the other one cached would print nothing. */
function fixture(
  name: string,
  connect: (context: DriverContext) => Promise<Driver>,
): DriverFixture {
  const home = join(dir, name);
  const context = { stateDir: join(home, "state"), contentDir: join(home, "content") };
  return {
    name: `local ${name}`,
    connect: () => connect(context),
    base: USERLAND,
    testImage: (driver, signal) => buildTestImage(driver, USERLAND, signal),
    leftovers: async (runId) =>
      readdirSync(join(context.stateDir, "runs")).filter((entry) => entry.includes(runId)),
  };
}

describeDriver(
  fixture("in process", (context) => connectInProcess(localDriver, { options: {}, context })),
  vitest,
);
describeDriver(
  fixture("over stdio", (context) =>
    connectOverStdio(join(import.meta.dirname, "main.ts"), { options: {}, context }),
  ),
  vitest,
);
