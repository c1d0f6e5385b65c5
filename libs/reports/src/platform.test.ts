import { describe, expect, it } from "vitest";
import { Image, ImageRef } from "./image.ts";
import { formatPlatform, parsePlatform, Platform } from "./platform.ts";
import { Probe } from "./probe.ts";

const ID = `sha256:${"a1".repeat(32)}`;

describe("a platform as text", () => {
  it.each(["linux/amd64", "linux/arm/v7", "linux/arm64/v8", "windows/amd64"])(
    "%s comes back as it was",
    (text) => {
      const platform = parsePlatform(text);
      expect(platform).toBeDefined();
      expect(formatPlatform(Platform.parse(platform))).toBe(text);
    },
  );

  it("names the three parts", () => {
    expect(parsePlatform("linux/arm/v7")).toEqual({
      os: "linux",
      architecture: "arm",
      variant: "v7",
    });
  });

  it("has no key for a variant that is not there", () => {
    expect(Object.keys(parsePlatform("linux/amd64") ?? {})).toEqual(["os", "architecture"]);
  });

  it.each(["", "linux", "linux/", "/amd64", "/", "linux//v7", "linux/arm/", "linux/arm/v7/x"])(
    "%j is no platform",
    (text) => {
      expect(parsePlatform(text)).toBeUndefined();
    },
  );
});

describe("the schemas", () => {
  it("take a field that is absent, not one that is undefined", () => {
    const base = { os: "linux", architecture: "arm" };
    expect(Platform.safeParse(base).success).toBe(true);
    expect(Platform.safeParse({ ...base, variant: "v7" }).success).toBe(true);
    expect(Platform.safeParse({ ...base, variant: undefined }).success).toBe(false);
    expect(ImageRef.safeParse({ id: undefined }).success).toBe(false);
    expect(Probe.safeParse({ state: "ready", engine: undefined, problems: [] }).success).toBe(
      false,
    );
  });

  it("leave an absent field absent in what they give", () => {
    expect("variant" in Platform.parse({ os: "linux", architecture: "amd64" })).toBe(false);
    expect(ImageRef.parse({})).toStrictEqual({});
    expect("engine" in Probe.parse({ state: "ready", problems: [] })).toBe(false);
  });

  it.each([
    { os: "", architecture: "amd64" },
    { os: "linux", architecture: "" },
    { os: "linux", architecture: "arm", variant: "" },
    { os: "linux" },
  ])("refuse the platform %j", (platform) => {
    expect(Platform.safeParse(platform).success).toBe(false);
  });

  it.each(["sha256:abc", ID.toUpperCase(), ID.slice("sha256:".length), `${ID}0`, `${ID}\n`])(
    "refuse the digest %j",
    (id) => {
      expect(ImageRef.safeParse({ id }).success).toBe(false);
    },
  );

  it("take an image that has no manifest, and none without a size", () => {
    const image = {
      id: ID,
      references: [],
      platform: { os: "linux", architecture: "amd64" },
      size: 0,
      user: "",
      labels: {},
    };
    expect(Image.parse(image)).toStrictEqual(image);
    expect(Image.safeParse({ ...image, size: -1 }).success).toBe(false);
    expect(Image.safeParse({ ...image, size: 0.5 }).success).toBe(false);
  });
});
