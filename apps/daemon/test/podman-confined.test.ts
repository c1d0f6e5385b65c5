import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { openBroker, ownerLabels } from "@gantry/broker";
import type { Driver, RunSpec } from "@gantry/driver-api";
import { Powers } from "@gantry/driver-package";
import {
  buildRequest,
  describeDriver,
  describeTestImage,
  type TestImage,
  testDockerfile,
} from "@gantry/driver-api/conformance";
import * as vitest from "vitest";
import { engine } from "../../../tools/engines/require.ts";
import { BARE_RUN } from "../src/run/spec.ts";
import { PodmanPackage } from "./support/confined-podman.ts";

const podman = engine("podman");

vitest.describe.skipIf(!podman.available)("podman, confined and brokered", () => {
  if (!podman.available) return;
  const { host, busybox } = podman;
  const dir = mkdtempSync(join(tmpdir(), "gantry-cp-"));
  const packed = PodmanPackage.make(dir);
  vitest.afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const environment = { PATH: process.env["PATH"] ?? "", HOME: "/root", CONTAINER_HOST: host };

  vitest.it("is not behind a filtered socket of Docker's interface", async () => {
    const listenPath = join(dir, "docker.sock");
    const socketPath = host.replace(/^unix:\/\//u, "");
    const owner = { kind: "bundle", name: "/sample" } as const;
    await using _broker = await openBroker({
      engine: { socketPath },
      listenPath,
      power: { calls: ["run"], reach: [] },
      owner,
      labels: ownerLabels(owner, "home"),
      audit: () => undefined,
    });
    const request = get({ socketPath: listenPath, path: "/containers/json" });
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    vitest.expect(answer.statusCode).toBe(403);
    vitest.expect(await text(answer)).toContain("is Podman");
  });

  vitest.it("does what it was granted and no more, with a grant of isolated runs", async () => {
    const { expect } = vitest;
    const power = { api: "podman", calls: ["images", "run"], reach: [] } as const;
    const granted = Powers.parse({ engine: power });
    await using confined = await (await packed).start(environment, granted);
    const { run: runs, build, images } = confined.driver;
    const signal = AbortSignal.timeout(60_000);
    await images?.pull?.(busybox, { signal, report: async () => undefined });
    const start = (part: Partial<RunSpec>) => runs?.start({ ...spec(busybox), ...part }, signal);

    const run = await start({});

    expect(confined.confinement).toMatchObject({ state: "confined" });
    expect(await run?.outcome(signal)).toMatchObject({ kind: "exited", exitCode: 7 });
    const events = await Array.fromAsync(run?.events(undefined, signal) ?? []);
    expect(events.map(({ event }) => "text" in event && event.text)).toEqual(["said\n"]);
    await run?.remove(signal);
    const mounts = [{ source: "/etc", target: "/mnt", readOnly: true }];
    for (const part of [{ privileged: true }, { mounts }, { network: "host" }])
      await expect(start(part)).rejects.toMatchObject({ code: "unauthorized" });
    const contextDir = mkdtempSync(join(dir, "context-"));
    const request = buildRequest({ contextDir, dockerfile: "FROM scratch\n", tags: [] });
    const work = { signal, report: async () => undefined };
    await expect(build?.build(request, work)).rejects.toMatchObject({ code: "unauthorized" });
  });

  describeDriver(
    {
      name: "podman confined",
      connect: async () => (await (await packed).start(environment)).driver,
      base: busybox,
      testImage: (driver, signal) => testImage(driver, busybox, signal),
      // A case is a dozen calls, each judged, and a driver is started for each.
      timeoutMs: 120_000,
    },
    vitest,
  );
});

/** Under a name of its own: the usual one is somebody else's in an engine that others test on too. */
async function testImage(driver: Driver, base: string, signal: AbortSignal): Promise<TestImage> {
  const contextDir = mkdtempSync(join(tmpdir(), "gantry-context-"));
  try {
    const tags = [`confined.test/image:${process.pid}`];
    const request = buildRequest({ contextDir, dockerfile: testDockerfile(base), tags });
    const built = await driver.build?.build(request, { signal, report: async () => undefined });
    const id = built?.images[0]?.id;
    if (id === undefined) throw new TypeError("the build gave no image");
    return describeTestImage({ id });
  } finally {
    rmSync(contextDir, { recursive: true, force: true });
  }
}

function spec(reference: string): RunSpec {
  return {
    ...BARE_RUN,
    id: `c${process.pid}x${performance.now()}`.replace(".", ""),
    owner: "confined-test",
    labels: {},
    image: { reference },
    command: ["sh", "-c", "echo said; exit 7"],
    network: "none",
  };
}
