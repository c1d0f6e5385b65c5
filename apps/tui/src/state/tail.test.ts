import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { appendText, NO_LINES, type Tail } from "./tail.ts";

function fed(most: number, ...texts: readonly string[]): Tail {
  return texts.reduce((tail, text) => appendText(tail, text, most), NO_LINES);
}

describe("the end of a text", () => {
  test("keeps the last lines and counts all", () => {
    expect(fed(2, "a\nb\n", "c\nd\n")).toEqual({ lines: ["c", "d"], total: 4, isOpen: false });
  });

  test("joins a line that comes in pieces", () => {
    expect(fed(3, "be", "gin", "ning\nnext")).toEqual({
      lines: ["beginning", "next"],
      total: 2,
      isOpen: true,
    });
  });

  test("is the same however the text is cut", () => {
    const text = "one\ntwo\n\nthree\nfour\n";
    for (let at = 0; at <= text.length; at += 1) {
      expect(fed(3, text.slice(0, at), text.slice(at))).toEqual(fed(3, text));
    }
  });

  test("keeps no more than a screen can show of an endless line", () => {
    const { lines, total } = fed(3, "x".repeat(1_000_000), "y".repeat(1_000_000), "\nend\n");

    expect(total).toBe(2);
    expect(lines[0]?.length).toBeLessThan(5_000);
    expect(lines[1]).toBe("end");
  });

  test("holds nothing that moves a cursor or turns text around", () => {
    const { lines } = fed(9, "a\u001b[2Jb\u0007\u009b31mc\u202ed\rover\n");

    expect(lines).toEqual(["over"]);
  });
});

test("what is kept of a long text does not hold on to the rest of it", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  let tail = NO_LINES;
  for (let count = 0; count < 100; count += 1)
    tail = appendText(tail, `${"x".repeat(1_000_000)}\na short line, number ${count}\n`, 5_000);

  // A hundred lines of 4,000 characters and as many short ones, where the texts had a hundred million.
  expect(heap() - before).toBeLessThan(10_000_000);
  expect(tail.lines).toHaveLength(200);
});
