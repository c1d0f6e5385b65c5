import { expect, it } from "vitest";
import { readChmod } from "./chmod.ts";

it.each([
  ["755", 0o600, false, 0o755],
  ["4755", 0o600, false, 0o4755],
  ["u+x", 0o644, false, 0o744],
  ["+x", 0o644, false, 0o755],
  ["go-rwx", 0o755, false, 0o700],
  ["u=rwX,go=rX", 0o600, false, 0o644],
  ["u=rwX,go=rX", 0o600, true, 0o755],
  ["a=", 0o777, false, 0],
  ["u+s", 0o755, false, 0o4755],
])("%s of %i", (text, mode, isDirectory, expected) => {
  expect(readChmod(text)?.(mode, isDirectory)).toBe(expected);
});

it.each(["", "9", "u+y", "rwx", "u"])("refuses %j", (text) => {
  expect(readChmod(text)).toBeUndefined();
});
