import { describe, expect, test } from "vitest";
import { terminalSize } from "./world.ts";

describe("the size of a terminal", () => {
  test.each([
    ["as it says", { columns: 40, rows: 12 }, { columns: 40, rows: 12 }],
    ["usual where it is none", {}, { columns: 80, rows: 24 }],
    ["usual where it says that it has none", { columns: 0, rows: 0 }, { columns: 80, rows: 24 }],
  ])("is %s", (_title, said, size) => {
    expect(terminalSize(said)).toEqual(size);
  });
});
