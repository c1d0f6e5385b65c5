import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver } from "@gantry/driver-api";
import {
  buildTestImage,
  type connectInProcess,
  describeDriver,
} from "@gantry/driver-api/conformance";
import * as vitest from "vitest";
import { engine } from "../../../../../tools/engines/require.ts";
import { ContainerList } from "../engine/answers.ts";
import { PodmanEngine } from "../engine/podman-engine.ts";

type Connection = Parameters<typeof connectInProcess>[1];

/** Puts the driver through the conformance suite on the real Podman of this test run. */
export function describePodman(
  name: string,
  connect: (connection: Connection) => Promise<Driver>,
): void {
  const podman = engine("podman");
  vitest.describe.skipIf(!podman.available)("podman", () => {
    if (!podman.available) return;
    const { host, busybox } = podman;
    const dir = mkdtempSync(join(tmpdir(), "gantry-podman-"));
    vitest.afterAll(() => rmSync(dir, { recursive: true, force: true }));
    const options = { host };
    const own = new PodmanEngine(options);
    const fixture = {
      name,
      connect: () => connect({ options, context: { stateDir: dir, contentDir: dir } }),
      base: busybox,
      testImage: (driver: Driver, signal: AbortSignal) => buildTestImage(driver, busybox, signal),
      leftovers: (runId: string) => containersOf(own, runId),
      // A case is a dozen processes, and two suites run at once.
      timeoutMs: 120_000,
    };
    describeDriver(fixture, vitest);
  });
}

async function containersOf(from: PodmanEngine, runId: string): Promise<string[]> {
  const filters = JSON.stringify({ label: [`dev.gantry.run=${runId}`] });
  const query = { all: true, filters };
  const signal = AbortSignal.timeout(30_000);
  const call = { method: "GET", path: "/containers/json", query, signal } as const;
  const found = (await from.json(call, ContainerList)) ?? [];
  return found.map(({ Id }) => Id);
}
