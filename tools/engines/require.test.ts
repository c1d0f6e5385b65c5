import { describe, expect, it } from "vitest";
import { engine } from "./require.ts";

const ALL = {
  GANTRY_TEST_DOCKER_HOST: "unix:///d/docker.sock",
  GANTRY_TEST_REGISTRY: "127.0.0.1:5001",
  GANTRY_TEST_BASE: "127.0.0.1:5001/debian:stable-slim",
  GANTRY_TEST_BUSYBOX: "127.0.0.1:5001/busybox:stable",
};

describe("engine", () => {
  it("gives the addresses of an engine that is there", () => {
    expect(engine("docker", ALL)).toEqual({
      available: true,
      host: "unix:///d/docker.sock",
      registry: "127.0.0.1:5001",
      base: "127.0.0.1:5001/debian:stable-slim",
      busybox: "127.0.0.1:5001/busybox:stable",
    });
  });

  it("asks of the registry alone no more than the registry", () => {
    const only = { GANTRY_TEST_REGISTRY: "127.0.0.1:5001" };

    expect(engine("registry", only)).toEqual({ available: true, registry: "127.0.0.1:5001" });
    expect(engine("baseImages", only).available).toBe(false);
  });

  it("gives the recorded reason of each engine that is missing", () => {
    const env = { ...ALL, GANTRY_TEST_BASE: undefined, GANTRY_TEST_DOCKER_HOST: undefined };
    const reasons = { GANTRY_TEST_SKIP_DOCKER: "not root", GANTRY_TEST_SKIP_BASE_IMAGES: "no apt" };

    expect(engine("docker", { ...env, ...reasons })).toEqual({
      available: false,
      reason: "docker: not root; baseImages: no apt",
    });
  });

  it("says how to start engines when nobody has", () => {
    expect(engine("docker", {})).toMatchObject({
      reason: expect.stringContaining("node tools/engines/main.ts run"),
    });
  });

  it("throws when engines are required, naming the reason", () => {
    const env = { GANTRY_REQUIRE_ENGINES: "1", GANTRY_TEST_SKIP_REGISTRY: "no port is free" };

    expect(() => engine("registry", env)).toThrow(/registry: no port is free/);
  });
});
