import { describe, expect, it } from "vitest";
import { decodeHolder, encodeHolder, selfHolder, stateOf } from "./holder.ts";

describe("a holder", () => {
  const self = selfHolder();

  it("survives its spelling", () => {
    expect(decodeHolder(encodeHolder(self))).toEqual(self);
    expect(decodeHolder("")).toBeUndefined();
    expect(decodeHolder("12")).toBeUndefined();
  });

  it.each([
    ["this process", self, "alive"],
    ["a process id used again", { ...self, start: "1" }, "dead"],
    ["a process id that is free", { ...self, pid: 2 ** 22 + 1 }, "dead"],
    ["another boot", { ...self, scope: "0".repeat(32) + self.scope.slice(32) }, "dead"],
    ["another pid namespace", { ...self, scope: `${self.scope.slice(0, 32)}1` }, "unknown"],
    ["a system that does not say", { ...self, scope: "" }, "unknown"],
  ])("of %s is judged", (_, holder, state) => {
    expect(stateOf(holder)).toBe(state);
  });
});
