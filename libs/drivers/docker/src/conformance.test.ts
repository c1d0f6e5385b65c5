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
import { engine } from "../../../../tools/engines/require.ts";
import { dockerDriver } from "./definition.ts";
import { DockerEngine } from "./docker-engine.ts";
import { ContainersAnswer } from "./answers.ts";

const docker = engine("docker");

vitest.describe.skipIf(!docker.available)("docker", () => {
  if (!docker.available) return;
  const { host, busybox } = docker;
  const dir = mkdtempSync(join(tmpdir(), "gantry-docker-"));
  const own = new DockerEngine({ host });
  vitest.afterAll(async () => {
    await own[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });
  const options = { options: { host }, context: { stateDir: dir, contentDir: dir } };
  const fixture = (name: string, connect: () => Promise<Driver>): DriverFixture => ({
    name,
    connect,
    base: busybox,
    testImage: (driver, signal) => buildTestImage(driver, busybox, signal),
    leftovers: (runId) => containersOf(own, runId),
  });

  describeDriver(
    fixture("docker in process", () => connectInProcess(dockerDriver, options)),
    vitest,
  );
  describeDriver(
    fixture("docker over stdio", () =>
      connectOverStdio(join(import.meta.dirname, "main.ts"), options),
    ),
    vitest,
  );
});

async function containersOf(from: DockerEngine, runId: string): Promise<string[]> {
  const query = { all: "1", filters: JSON.stringify({ label: [`dev.gantry.run=${runId}`] }) };
  const signal = AbortSignal.timeout(10_000);
  const found = await from.json(
    { method: "GET", path: "/containers/json", query, signal },
    ContainersAnswer,
  );
  return found.map(({ Id }) => Id);
}
