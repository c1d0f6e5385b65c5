import { describe, expect, it } from "vitest";
import { nearest, suggestion } from "./nearest.ts";

describe("nearest", () => {
  it.each([
    ["prot", "port"],
    ["PORT", "port"],
    ["instal", "install"],
    ["uprgade", "upgrade"],
    ["uninstal", "uninstall"],
    ["x", undefined],
    ["database", undefined],
    ["", undefined],
  ])("of %j is %j", (word, expected) => {
    expect(nearest(word, ["port", "install", "upgrade", "uninstall"])).toBe(expected);
  });

  it("prefers the fewest changes, then the alphabet", () => {
    expect(nearest("cat", ["cart", "bat", "cat"])).toBe("cat");
    expect(nearest("cat", ["rat", "bat"])).toBe("bat");
  });
});

describe("suggestion", () => {
  it("asks for the near one, else lists what there is, else says that there is nothing", () => {
    expect(suggestion("prot", ["port"], "None.")).toBe('Did you mean "port"?');
    expect(suggestion("zebra", ["port", "host"], "None.")).toBe("Known are: host, port.");
    expect(suggestion("zebra", [], "None.")).toBe("None.");
  });
});
