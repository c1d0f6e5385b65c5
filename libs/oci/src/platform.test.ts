import { describe, expect, it } from "vitest";
import {
  formatPlatform,
  hostPlatform,
  parsePlatform,
  platformDistance,
  selectPlatform,
} from "./platform.ts";

describe("platforms", () => {
  it.each([
    ["linux/x86_64", "linux/amd64"],
    ["linux/aarch64", "linux/arm64"],
    ["linux/arm64/v8", "linux/arm64"],
    ["arm64", "linux/arm64"],
    ["linux/armhf", "linux/arm/v7"],
    ["linux/arm/6", "linux/arm/v6"],
    ["windows/amd64", "windows/amd64"],
  ])("%s is spelt %s", (text, spelt) => {
    expect(formatPlatform(parsePlatform(text))).toBe(spelt);
  });

  it.each(["", "linux/", "a/b/c/d", "linux/amd 64"])("refuses %j", (text) => {
    expect(() => parsePlatform(text)).toThrow(
      expect.objectContaining({ code: "invalid-reference" }),
    );
  });

  it.each([
    ["linux/arm/v7", "linux/arm/v6", 1],
    ["linux/arm/v6", "linux/arm/v7", undefined],
    ["linux/arm64", "linux/arm64/v8", 0],
    ["linux/amd64", "linux/amd64/v3", undefined],
    ["linux/amd64/v3", "linux/amd64", 2],
    ["linux/amd64", "linux/arm64", undefined],
    ["linux/amd64", "windows/amd64", undefined],
  ])("where %s is wanted, %s is at distance %s", (wanted, offered, distance) => {
    expect(platformDistance(parsePlatform(wanted), parsePlatform(offered))).toBe(distance);
  });

  it("selects the nearest variant, and the first of equals", () => {
    const items = ["linux/arm/v5", "linux/arm/v6", "linux/arm64"].map((text) => ({
      text,
      platform: parsePlatform(text),
    }));

    expect(selectPlatform([{}, ...items], parsePlatform("linux/arm/v7"))).toMatchObject({
      text: "linux/arm/v6",
    });
    expect(selectPlatform(items, parsePlatform("linux/amd64"))).toBeUndefined();
    expect(selectPlatform(items, parsePlatform("linux/arm64"))).toMatchObject({
      text: "linux/arm64",
    });
  });

  it("knows this machine", () => {
    expect(hostPlatform("linux", "x64")).toEqual({ os: "linux", architecture: "amd64" });
    expect(hostPlatform().os).toBe("linux");
  });
});
