import { expect, it } from "vitest";
import { bundleOwner } from "./bundle-owner.ts";

it("is told apart from every other, whatever their names", () => {
  const pairs = [
    ["a", "b/c"],
    ["a/b", "c"],
    ["a%2Fb", "c"],
    ["a", "b%2Fc"],
    ["", "a/b/c"],
  ] as const;

  const names = pairs.map(([namespace, installation]) => bundleOwner(namespace, installation).name);

  expect(new Set(names).size).toBe(pairs.length);
  expect(bundleOwner("dev", "hello")).toEqual({ kind: "bundle", name: "dev/hello" });
  expect(bundleOwner("", "hello").name).toBe("/hello");
});
