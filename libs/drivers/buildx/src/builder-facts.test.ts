import { expect, it } from "vitest";
import { readBuilder } from "./builder-facts.ts";

it("reads the builder and its first node", () => {
  const text = `Name:          far
Driver:        remote
Last Activity: 2026-11-25 22:24:06 +0000 UTC

Nodes:
Name:             far0
Endpoint:         unix:///b.sock
Status:           running
BuildKit version: v0.13.2
Platforms:        linux/amd64, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor: oci
`;

  expect(readBuilder(text)).toEqual({
    name: "far",
    driver: "remote",
    status: "running",
    buildkit: "v0.13.2",
    platforms: ["linux/amd64", "linux/386"],
    error: undefined,
  });
});

it("reads why a builder is away", () => {
  const text = "Name:          default\nDriver:        \nError:         Cannot connect\n";

  expect(readBuilder(text)).toMatchObject({ name: "default", driver: "", error: "Cannot connect" });
});
