import { TempDir } from "@gantry/process";
import { describe, expect, it } from "vitest";
import { podmanDriver } from "./definition.ts";
import { parseOptions, podmanOptionsFromEnvironment } from "./options.ts";

async function probed(options: Readonly<Record<string, unknown>>) {
  await using dir = await TempDir.create();
  const context = { stateDir: dir.path, contentDir: dir.path };
  await using driver = podmanDriver.create(options, context);
  return await driver.probe(AbortSignal.timeout(5_000));
}

describe("options from the environment", () => {
  it("are the address of the service, and nothing else", () => {
    const environment = {
      CONTAINER_HOST: "unix:///s",
      PATH: "/bin",
      AWS_SECRET_ACCESS_KEY: "hush",
    };

    expect(podmanOptionsFromEnvironment(environment)).toEqual({ host: "unix:///s" });
    expect(podmanOptionsFromEnvironment({ CONTAINER_HOST: "" })).toEqual({});
  });

  it("say of a service on another machine that it is not reached", async () => {
    const environment = { CONTAINER_HOST: "ssh://me:hush@far/run/podman.sock" };

    const probe = await probed(podmanOptionsFromEnvironment(environment));

    expect(probe.state).toBe("unavailable");
    expect(probe.problems[0]?.text).toContain("ssh://far/run/podman.sock");
    expect(JSON.stringify(probe)).not.toContain("hush");
  });

  it("are refused when nobody knows them", () => {
    expect(() => parseOptions({ hots: "x" })).toThrow(/hots/u);
  });

  it("lead to an answer, not an error, where nobody listens", async () => {
    const probe = await probed({ host: "unix:///nowhere/podman.sock" });

    expect(probe.state).toBe("unavailable");
    expect(probe.problems[0]?.fix).toMatch(/podman system service/u);
  });
});
