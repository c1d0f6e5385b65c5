import { describe, expect, it } from "vitest";
import { buildError, commandFailed } from "./errors.ts";

const place = { path: "/c/Dockerfile", text: "FROM a\n" };

describe("the complaints of buildx", () => {
  it.each([
    ["Multi-platform build is not supported for the docker driver.", "multi-platform"],
    ["docker exporter does not currently support exporting manifest lists", "multi-platform"],
    [
      "Cache export is not supported for the docker driver.\nSwitch to a different driver",
      "cache-to",
    ],
    ['failed to solve: unknown cache exporter: "nope"', "cache-to"],
    [
      "failed to solve: granting entitlement network.host is not allowed by build daemon configuration",
      "network-host",
    ],
    ["unsupported frontend capability moby.buildkit.frontend.contexts", "named-contexts"],
  ])("of something that the builder cannot do name it: %s", (said, need) => {
    const error = buildError(said, place, "");

    expect(error).toMatchObject({ code: "unsupported", need });
    expect(error.hint).not.toBe("");
  });

  it.each([
    ['no builder "x" found', "invalid-options"],
    [
      "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?",
      "engine-unavailable",
    ],
    ["context deadline exceeded", "engine-unavailable"],
    ["Error response from daemon: failed to create shim task: no caps", "engine-unavailable"],
    ["failed to solve: write /x: no space left on device", "no-space"],
    ["failed to solve: failed to push r/a:b: denied: requested access", "unauthorized"],
    ["failed to solve: a/b: failed to do request: Head: dial tcp: lookup", "registry-unreachable"],
    ["failed to solve: r/a:b: not found", "image-not-found"],
    ["failed to solve: something new", "build-failed"],
  ])("become errors of the contract: %s", (said, code) => {
    expect(buildError(said, place, "")).toMatchObject({ code });
  });

  it("of the docker CLI are not those of a builder that does not start", () => {
    const said = "Error response from daemon: conflict: unable to remove";

    expect(commandFailed(["image", "rm"], said)).toMatchObject({ code: "internal" });
  });
});
