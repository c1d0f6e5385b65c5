import { describe, expect, it } from "vitest";
import { Masker } from "./masker.ts";

describe("the masker", () => {
  it("replaces every secret, the longest first, also each line of one", () => {
    const masker = new Masker(["abc", "abcdef", "one\ntwo"]);

    expect(masker.push("stdout", "abcdef abc two\n")).toBe("******* ******* *******\n");
  });

  it("finds a secret that comes in two pieces, on each stream by itself", () => {
    const masker = new Masker(["hunter2"]);

    const shown = [
      masker.push("stdout", "pass hun"),
      masker.push("stderr", "ter2\n"),
      masker.push("stdout", "ter2 done"),
      masker.end("stdout"),
    ];

    expect(shown).toEqual(["pass ", "ter2\n", "******* done", ""]);
  });

  it("gives back what only looked like a secret's beginning", () => {
    const masker = new Masker(["hunter2"]);

    expect(masker.push("stdout", "a hunt") + masker.end("stdout")).toBe("a hunt");
  });

  it("leaves text alone when nothing is secret", () => {
    expect(new Masker([" ", ""]).push("stdout", "as it is")).toBe("as it is");
  });
});
