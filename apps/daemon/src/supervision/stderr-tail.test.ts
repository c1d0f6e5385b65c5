import { describe, expect, it } from "vitest";
import { StderrTail } from "./stderr-tail.ts";

function tail(): { readonly tail: StderrTail; readonly logged: string[] } {
  const logged: string[] = [];
  return { logged, tail: new StderrTail((text) => logged.push(text)) };
}

describe("what a driver printed last", () => {
  it("is whole lines, cleaned, however it came in", () => {
    const { tail: kept, logged } = tail();

    for (const byte of Buffer.from("\u001B[31mred ü\u001B[0m\nunfinished"))
      kept.push(Buffer.of(byte));

    expect(kept.lines).toEqual(["red ü", "unfinished"]);
    expect(logged).toEqual(["red ü"]);
  });

  it("is at most 50 lines of at most 500 characters, of which as many are logged in a second", () => {
    const { tail: kept, logged } = tail();

    for (let n = 0; n < 50; n += 1) kept.push(Buffer.from(`${"x".repeat(3_000)}\n`.repeat(20)));
    kept.push(Buffer.from("no end".repeat(100_000)));

    expect(kept.lines.length).toBe(51);
    expect(Math.max(...kept.lines.map(({ length }) => length))).toBeLessThan(600);
    expect(logged.length).toBeLessThanOrEqual(50);
  });

  it("is what the new process printed, once there is one", () => {
    const { tail: kept } = tail();
    kept.push(Buffer.from("old\n"));

    kept.begin();

    expect(kept.lines).toEqual([]);
  });
});
