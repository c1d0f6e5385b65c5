import { expect, test } from "vitest";
import { TREE } from "../commands/tree.ts";
import { parse } from "./parse.ts";

test.each([
  ["help", []],
  ["help build", ["build"]],
  ["help runs list", ["runs", "list"]],
  ["help drivers", ["drivers"]],
])("gantry %s asks for the help of that command", (line, path) => {
  expect(parse(TREE, line.split(" "), {})).toMatchObject({ kind: "help", path });
});

test("help of a command that is not there says so", () => {
  expect(() => parse(TREE, ["help", "instal"], {})).toThrow('gantry has no command "instal".');
});

test.each([
  ["install", "false"],
  ["install --allow-docker-host-access", "true"],
  ["install --allow-docker-host-access hello", "true"],
  ["install --allow-docker-host-access=true", "true"],
  ["install --allow-docker-host-access=false", "false"],
  ["install hello --allow-docker-host-access=raw", "raw"],
])("gantry %s: access to the engine is %s", (line, word) => {
  const parsed = parse(TREE, line.split(" "), {});

  if (parsed.kind !== "run") throw new TypeError("no command");
  expect(parsed.given.text("allow-docker-host-access") ?? "false").toBe(word);
  expect(parsed.given.argument("NAME")).toBe(line.includes("hello") ? "hello" : undefined);
});

test("runs are found by option too, as logs and outputs are", () => {
  const parsed = parse(TREE, ["runs", "list", "-i", "hello"], {});

  expect(parsed.kind === "run" && parsed.given.text("installation")).toBe("hello");
});
