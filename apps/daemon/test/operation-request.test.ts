import { describe, expect, it } from "vitest";
import { apart, World } from "./support/world.ts";

const FIELDS = {
  parameters: [
    { name: "size", type: "string", default: "small" },
    { name: "pin", type: "string", sensitive: true, default: "1234" },
    { name: "note", type: "string", default: "" },
  ],
};

describe("operation.request", () => {
  it("gives what a run was asked, but no secret, no grant, and nothing that is long", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle(FIELDS);
    const text = (value: string) => ({ kind: "text" as const, text: value });

    const { operation } = (
      await helper.install(dir, {
        parameters: { size: text("large"), pin: text("4242"), note: text("x".repeat(70_000)) },
        capabilities: [],
      })
    ).outcome;

    const { request } = await helper.request("operation.request", { operationId: operation.id });
    expect(request).toMatchObject({
      kind: "install",
      source: { dir },
      installation: "sample",
      parameters: { size: { text: "large" } },
      withheld: ["pin", "note"],
    });
    expect(Object.keys(request ?? {})).not.toContain("capabilities");
    expect(JSON.stringify(request)).not.toMatch(/4242|xxx/);
  });

  it("gives of a run that failed before its bundle was known no parameter", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const source = { dir: `${world.home}/gone` };
    const started = await helper.request("installation.install", {
      source,
      cwd: "/",
      installation: "lost",
      parameters: { size: { kind: "text", text: "large" } },
    });
    const { outcome } = await helper.finish(started);
    expect(outcome.operation.status).toBe("failed");

    const { request } = await helper.request("operation.request", started);
    expect(request).toMatchObject({ source, parameters: {}, withheld: ["size"] });
  });

  it("gives of a build all but its secrets; of an unknown operation nothing", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle(FIELDS);
    const { operationId } = await helper.request("bundle.build", {
      source: { dir },
      buildArgs: { BASE: "x" },
      secrets: [{ id: "token", value: Buffer.from("s3cret").toString("base64") }],
    });
    await helper.finish({ operationId });

    const { request } = await helper.request("operation.request", { operationId });
    expect(request).toMatchObject({
      kind: "build",
      source: { dir },
      build: { buildArgs: { BASE: "x" }, secrets: [] },
      withheld: ["token"],
    });
    await expect(
      helper.request("operation.request", { operationId: "none" }),
    ).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });
});
