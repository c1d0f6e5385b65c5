import { describe, expect, it } from "vitest";
import { digestOf, parseDigest } from "./digest.ts";
import { parseReference, withVersion } from "./reference.ts";

const digest = digestOf("x");

describe("parseReference", () => {
  it.each([
    ["debian", "docker.io/library/debian:latest", "debian:latest"],
    ["debian:stable-slim", "docker.io/library/debian:stable-slim", "debian:stable-slim"],
    ["library/debian", "docker.io/library/debian:latest", "debian:latest"],
    ["docker.io/debian", "docker.io/library/debian:latest", "debian:latest"],
    ["index.docker.io/cnab/hello:0.1.1", "docker.io/cnab/hello:0.1.1", "cnab/hello:0.1.1"],
    ["localhost/x", "localhost/x:latest", "localhost/x:latest"],
    ["localhost:5000/a/b:t", "localhost:5000/a/b:t", "localhost:5000/a/b:t"],
    ["127.0.0.1:5000/a", "127.0.0.1:5000/a:latest", "127.0.0.1:5000/a:latest"],
    ["[::1]:5000/a", "[::1]:5000/a:latest", "[::1]:5000/a:latest"],
    ["[::1]/a:1", "[::1]/a:1", "[::1]/a:1"],
    ["ghcr.io/o/n__m-x.y:T.1", "ghcr.io/o/n__m-x.y:T.1", "ghcr.io/o/n__m-x.y:T.1"],
    [`a/b@${digest}`, `docker.io/a/b@${digest}`, `a/b@${digest}`],
    [`a/b:t@${digest}`, `docker.io/a/b:t@${digest}`, `a/b:t@${digest}`],
  ])("%s is %s", (text, normalized, familiar) => {
    const reference = parseReference(text);

    expect(reference.normalized).toBe(normalized);
    expect(reference.familiar).toBe(familiar);
    expect(parseReference(normalized)).toEqual(reference);
    expect(parseReference(familiar)).toEqual(reference);
  });

  it.each([
    ["", /empty/],
    ["Debian", /upper-case/],
    ["a b", /not a repository name/],
    ["a//b", /not a repository name/],
    ["-a/b", /not a repository name/],
    ["a:", /tag ""/],
    ["a:-x", /tag "-x"/],
    ["host:port/a", /not a host name/],
    ["a/../b", /not a repository name/],
    ["http://a/b", /tag|name/],
    ["f".repeat(64), /image id/],
    [`reg.example/${"a".repeat(255)}`, /longer/],
    ["a@sha256:abc", /sha256:<64 hex digits>/],
  ])("refuses %j", (text, message) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        code: "invalid-reference",
        message: expect.stringMatching(message),
      }),
    );
  });

  it("names another version of the same repository", () => {
    expect(withVersion(parseReference("a/b:1"), { digest }).normalized).toBe(
      `docker.io/a/b@${digest}`,
    );
    expect(withVersion(parseReference("a/b:1"), {}).familiar).toBe("a/b:latest");
  });
});

describe("parseDigest", () => {
  it("tells an unknown algorithm from garbage", () => {
    expect(parseDigest(digest)).toBe(digest);
    expect(() => parseDigest(`sha512:${"a".repeat(128)}`)).toThrow(
      expect.objectContaining({ code: "unsupported" }),
    );
    expect(() => parseDigest("sha256:ABC")).toThrow(
      expect.objectContaining({ code: "invalid-reference" }),
    );
  });
});
