import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ERRORS, isErrorCode, METHODS, socketPathOf, homeOf, toOpenRpc } from "./index.ts";

const methods = Object.values(METHODS);

describe("the daemon's methods", () => {
  test("each is found under its own name, and in a file of its own", () => {
    const files = readdirSync(fileURLToPath(new URL(".", import.meta.url)));

    for (const [name, method] of Object.entries(METHODS)) {
      expect(method.name).toBe(name);
      expect(files).toContain(`${name.replace(".", "-")}.ts`);
    }
  });

  test("params refuse what they do not know how to read", () => {
    const { params } = METHODS["installation.install"];
    const good = { source: { file: "/x/porter.yaml" }, cwd: "/x" };

    expect(params.parse(good)).toMatchObject({
      namespace: "",
      autobuild: true,
      graceSeconds: 30,
    });
    expect(params.safeParse({ ...good, graceSeconds: -1 }).success).toBe(false);
    expect(params.safeParse({ ...good, parameters: { a: "text" } }).success).toBe(false);
    expect(params.safeParse({ source: {} }).success).toBe(false);
  });

  test("are described completely as OpenRPC", () => {
    const document = toOpenRpc(methods, { title: "t", version: "1" });
    const install = (
      document["methods"] as { name: string; params: { name: string; required: boolean }[] }[]
    ).find(({ name }) => name === "installation.install");

    expect(document["methods"]).toHaveLength(methods.length);
    expect(install?.params.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      "source",
      "cwd",
    ]);
    expect(install?.params.map(({ name }) => name)).toContain("credentials");
  });
});

describe("errors", () => {
  test("have codes of their own outside of what JSON-RPC reserves", () => {
    const codes = Object.values(ERRORS).map(({ rpcCode }) => rpcCode);

    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code < -32_768 || code > -32_000).toBe(true);
    expect(isErrorCode("busy")).toBe(true);
    expect(isErrorCode("toString")).toBe(false);
  });
});

describe("where a daemon is", () => {
  test("GANTRY_HOME before XDG_DATA_HOME before the home directory", () => {
    expect(homeOf({ GANTRY_HOME: "/g", XDG_DATA_HOME: "/x", HOME: "/h" })).toBe("/g");
    expect(homeOf({ XDG_DATA_HOME: "/x", HOME: "/h" })).toBe("/x/gantry");
    expect(homeOf({ HOME: "/h" })).toBe("/h/.local/share/gantry");
  });

  test("a home with a long path gets a socket with a short one", () => {
    const long = `/${"x".repeat(200)}`;

    expect(socketPathOf("/g")).toBe("/g/gantryd.sock");
    expect(socketPathOf(long).length).toBeLessThan(100);
    expect(socketPathOf(long)).not.toBe(socketPathOf(`${long}y`));
  });
});
