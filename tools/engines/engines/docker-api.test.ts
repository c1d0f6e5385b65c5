import { describe, expect, it } from "vitest";
import { engine } from "../require.ts";
import { DockerApi } from "./docker-api.ts";

const docker = engine("docker");
const { signal } = new AbortController();

describe.skipIf(!docker.available)("the engine that is there", () => {
  const host = docker.available ? docker.host : "";
  const api = new DockerApi(host.replace("unix://", ""));

  it("runs containers of both base images", async () => {
    const command = ["sh", "-c", "test -x /bin/sh && test $(id -u) = 0"];

    await expect(api.run("busybox:stable", command, signal)).resolves.toBeUndefined();
    await expect(api.run("debian:stable-slim", command, signal)).resolves.toBeUndefined();
  });

  it("tells when a container fails", async () => {
    const failing = api.run("busybox:stable", ["false"], signal);

    await expect(failing).rejects.toThrow(/busybox:stable did not work:\n.*"StatusCode":1/);
  });

  it("tells when an image cannot be pulled", async () => {
    const registry = docker.available ? docker.registry : "";

    await expect(api.pull(registry, "no-such:image", signal)).rejects.toThrow(/not found|unknown/);
  });
});

describe("an engine that is not there", () => {
  it("does not answer", async () => {
    expect(await new DockerApi("/nowhere/docker.sock").answers(signal)).toBe(false);
  });
});
