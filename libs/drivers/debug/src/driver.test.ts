import { describe, expect, test } from "vitest";
import type { RunSpec } from "@gantry/driver-api";
import { debugDriver } from "./definition.ts";

const context = { stateDir: "/nowhere", contentDir: "/nowhere" };
const spec: RunSpec = {
  id: "r1",
  owner: "home",
  labels: {},
  image: { reference: "example/hello:1" },
  command: ["/cnab/app/run"],
  environment: [{ name: "TOKEN", value: "tok-12345", sensitive: true }],
  files: [],
  outputsDir: "/cnab/app/outputs",
  mounts: [{ source: "/", target: "/host", readOnly: false }],
  network: "host",
  privileged: true,
  capabilities: [],
  engineSocket: "raw",
};

describe("the debug driver", () => {
  test("prints the plan line by line, readable from any place, and ends with 0", async () => {
    await using driver = debugDriver.create({}, context);
    const signal = AbortSignal.timeout(5_000);
    const run = await driver.run?.start(spec, signal);

    const all = await Array.fromAsync(run?.events(undefined, signal) ?? []);
    const rest = await Array.fromAsync(run?.events(all[2]?.cursor, signal) ?? []);

    const text = all.map(({ event }) => event.text).join("");
    expect(JSON.parse(text).mounts).toEqual(spec.mounts);
    expect(text).not.toContain("tok-12345");
    expect(rest).toEqual(all.slice(3));
    expect(await run?.outcome(signal)).toEqual({ kind: "exited", exitCode: 0, outOfMemory: false });
  });

  test("forgets a run that was removed or swept", async () => {
    await using driver = debugDriver.create({}, context);
    const signal = AbortSignal.timeout(5_000);
    const run = await driver.run?.start(spec, signal);
    await driver.run?.start({ ...spec, id: "r2" }, signal);

    await run?.remove(signal);

    expect(await driver.run?.recover("r1", signal)).toBeUndefined();
    expect(await driver.run?.sweep("home", [], signal)).toEqual(["r2"]);
    expect(await driver.run?.recover("r2", signal)).toBeUndefined();
  });

  test("refuses options that it does not know", () => {
    expect(() => debugDriver.create({ verbose: true }, context)).toThrow(
      expect.objectContaining({ code: "invalid-options" }),
    );
  });

  test("handles every type of image", async () => {
    await using driver = debugDriver.create({}, context);

    expect(await driver.run?.handles("exotic", AbortSignal.timeout(1_000))).toBe(true);
  });
});
