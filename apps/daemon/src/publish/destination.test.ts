import { describe, expect, it } from "vitest";
import { destinationOf, type Elsewhere } from "./destination.ts";

const MANIFEST = { name: "hello", version: "0.1.0+build.2", registry: "host:5000/team" };

function at(elsewhere: Elsewhere, more: object = {}): string {
  return destinationOf({ ...MANIFEST, ...more }, elsewhere).familiar;
}

describe("where a bundle is published", () => {
  it("is what the manifest says, with the version for a tag", () => {
    expect(at({})).toBe("host:5000/team/hello:v0.1.0_build.2");
    expect(at({}, { reference: "host/other" })).toBe("host/other:v0.1.0_build.2");
    expect(at({}, { reference: "host/other:one" })).toBe("host/other:one");
  });

  it("is what was asked for, part by part", () => {
    const reference = "host/other:one";

    expect(at({ tag: "two" }, { reference })).toBe("host/other:two");
    expect(at({ registry: "far/" }, { reference })).toBe("far/hello:v0.1.0_build.2");
    expect(at({ reference: "far/away" }, { reference })).toBe("far/away:v0.1.0_build.2");
    expect(at({ reference: "far/away:x", registry: "host", tag: "y" })).toBe("far/away:y");
  });

  it("is a tag, and a name that registries take", () => {
    const digest = `sha256:${"1".repeat(64)}`;

    expect(() => at({ reference: `far/away@${digest}` })).toThrow(
      expect.objectContaining({ code: "input-invalid" }),
    );
    expect(() => at({ tag: "no tag" })).toThrow(
      expect.objectContaining({ code: "invalid-reference" }),
    );
  });
});
