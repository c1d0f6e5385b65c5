import { expect, test } from "vitest";
import { cleanText } from "./clean-text.ts";
test("a megabyte of commands that never end takes no longer than other text", () => {
  const since = performance.now();
  cleanText("\u001b]0;x".repeat(200_000));
  cleanText("\u001b[".repeat(500_000));

  expect(performance.now() - since).toBeLessThan(5_000);
});
