import { describe, expect, it } from "vitest";
import { Denied } from "../denied.ts";
import { findRoute } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { readTarget } from "./target.ts";

describe("the target of a request", () => {
  it.each([
    ["/v1.41/containers/json?all=1", "/v1.41", ["containers", "json"]],
    ["/containers/a.b_c-d/json", "", ["containers", "a.b_c-d", "json"]],
    [
      "/v1.44/images/reg:5000/a/b@sha256:00/json",
      "/v1.44",
      ["images", "reg:5000", "a", "b@sha256:00", "json"],
    ],
    ["/images/a%3Ab/json", "", ["images", "a:b", "json"]],
  ])("%s is understood", (url, version, segments) => {
    expect(readTarget(url)).toMatchObject({ version, segments });
  });

  it.each([
    ["a double slash", "/v1.41//containers/json"],
    ["a double slash in front", "//containers/json"],
    ["a slash at the end", "/containers/json/"],
    ["dots", "/v1.41/containers/../swarm"],
    ["one dot", "/./containers/json"],
    ["encoded dots", "/containers/%2e%2e/swarm"],
    ["dots encoded in part", "/containers/.%2E/swarm"],
    ["an encoded slash", "/containers/x%2fjson"],
    ["an encoded slash before a name", "/%2fcontainers/json"],
    ["a path encoded twice", "/containers/%252e%252e/json"],
    ["a name encoded twice", "/containers/a%2541/json"],
    ["a NUL", "/containers/a%00/json"],
    ["a line break", "/containers/a%0d%0aX:1/json"],
    ["a broken escape", "/containers/%zz/json"],
    ["broken UTF-8", "/containers/%ff/json"],
    ["a backslash", "/containers\\x/json"],
    ["a fragment", "/containers/json#x"],
    ["a semicolon", "/containers/a;b/json"],
    ["absolute form", "http://docker/containers/json"],
    ["authority form", "docker:80"],
    ["asterisk form", "*"],
    ["nothing", ""],
    ["an old version", "/v1.18/containers/json"],
    ["Podman's own interface in a version of Docker's", "/v1.41/libpod/containers/json"],
    ["an endless one", `/containers/${"a".repeat(20_000)}/json`],
  ])("%s is refused", (_what, url) => {
    expect(() => readTarget(url)).toThrow(Denied);
  });

  it("a version that is none is no version", () => {
    expect(readTarget("/v2.0/containers/json").segments[0]).toBe("v2.0");
    expect(findRoute(ROUTES, "GET", ["v2.0", "containers", "json"])).toBeUndefined();
  });
});

describe("routes", () => {
  it.each([
    ["GET", "containers/json", "/containers/json"],
    ["GET", "containers/json/json", "/containers/{container}/json"],
    ["GET", "images/a/b/c:1/json", "/images/{image}/json"],
    ["GET", "images/json", "/images/json"],
    ["GET", "images/get", "/images/get"],
    ["GET", "images/json/json", "/images/{image}/json"],
    ["POST", "images/create", "/images/create"],
    ["POST", "images/a/push/push", "/images/{image}/push"],
    ["DELETE", "images/a/b", "/images/{image}"],
    ["DELETE", "containers/x", "/containers/{container}"],
  ])("%s /%s is %s", (method, path, template) => {
    expect(findRoute(ROUTES, method, path.split("/"))?.route.path).toBe(template);
  });

  it.each([
    ["POST", "swarm/init"],
    ["GET", "swarm"],
    ["GET", "secrets"],
    ["GET", "configs"],
    ["POST", "services/create"],
    ["GET", "nodes"],
    ["GET", "tasks"],
    ["POST", "plugins/pull"],
    ["GET", "plugins"],
    ["GET", "system/df"],
    ["POST", "build/prune"],
    ["POST", "build/cancel"],
    ["GET", "images/search"],
    ["GET", "debug/pprof"],
    ["POST", "containers/x/checkpoints"],
    ["POST", "containers/x/copy"],
    ["GET", "containers/x/attach/ws"],
    ["PUT", "containers/x/json"],
    ["PATCH", "containers/json"],
    ["CONNECT", "containers/json"],
    ["GET", "libpod/containers/json"],
    ["GET", "images"],
    ["GET", ""],
  ])("%s /%s is none", (method, path) => {
    expect(findRoute(ROUTES, method, path.split("/"))).toBeUndefined();
  });

  it("say where their names are in a path", () => {
    expect(findRoute(ROUTES, "POST", "images/a/b/tag".split("/"))?.names).toEqual({ image: "a/b" });
    expect(findRoute(ROUTES, "POST", "exec/e1/start".split("/"))?.names).toEqual({ exec: "e1" });
  });
});
