import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { World } from "./support/world.ts";

const FIELDS = {
  description: "Sells things",
  parameters: [
    {
      name: "size",
      type: "string",
      enum: ["small", "large"],
      default: "small",
      description: "How big",
    },
    { name: "replicas", type: "integer", minimum: 1 },
    { name: "pin", type: "string", sensitive: true, default: "1234" },
    { name: "again", type: "boolean", default: false, applyTo: ["upgrade"] },
  ],
  credentials: [{ name: "api-key", env: "API_KEY", description: "Opens it" }],
  outputs: [{ name: "address", type: "string", default: "nowhere" }],
  customActions: { status: { description: "How it is" } },
  status: [{ exec: { command: "true" } }],
};

describe("bundle.explain", () => {
  it("says what a bundle takes and gives, without building it and without the value of a secret", async () => {
    await using world = await World.open();
    const dir = await world.bundle(FIELDS);
    const client = await world.start();

    const { bundle } = await client.request("bundle.explain", { source: { dir } });

    expect(bundle).toMatchObject({
      name: "sample",
      description: "Sells things",
      credentials: [{ name: "api-key", required: true, description: "Opens it" }],
      outputs: [{ name: "address", type: "string", sensitive: false }],
    });
    expect(bundle.actions.map(({ name }) => name)).toEqual([
      "install",
      "upgrade",
      "uninstall",
      "status",
    ]);
    const byName = new Map(bundle.parameters.map((one) => [one.name, one]));
    expect([...byName.keys()].toSorted()).toEqual(["again", "pin", "replicas", "size"]);
    expect(byName.get("size")).toMatchObject({
      default: "small",
      required: false,
      description: "How big",
      schema: { enum: ["small", "large"] },
    });
    expect(byName.get("replicas")).toMatchObject({
      type: "integer",
      required: true,
      schema: { minimum: 1 },
    });
    expect(byName.get("again")?.applyTo).toEqual(["upgrade"]);
    expect(byName.get("pin")?.sensitive).toBe(true);
    expect(JSON.stringify(bundle)).not.toContain("1234");
    expect((await client.request("operation.list", {})).operations).toEqual([]);
  });

  it("knows the bundle of an installation, its source gone", async () => {
    await using world = await World.open();
    const dir = await world.bundle();
    const client = await world.start();
    await client.install(dir);
    await rm(dir, { recursive: true });

    const { bundle } = await client.request("bundle.explain", {
      source: {},
      installation: { name: "sample" },
    });

    expect(bundle).toMatchObject({ name: "sample", version: "0.1.0" });
  });

  it("refuses what names no bundle, and what is none, with the place", async () => {
    await using world = await World.open();
    const broken = await world.bundle({ name: "broken", install: 7 });
    const client = await world.start();

    await expect(client.request("bundle.explain", { source: {} })).rejects.toMatchObject({
      data: { code: "input-invalid" },
    });
    await expect(
      client.request("bundle.explain", { source: { dir: "/nowhere" } }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
    await expect(
      client.request("bundle.explain", { source: { dir: broken } }),
    ).rejects.toMatchObject({ data: { code: "manifest-invalid" } });
    await expect(
      client.request("bundle.explain", { source: { cnabFile: "/nowhere.json" } }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
    await expect(
      client.request("bundle.explain", { source: {}, installation: { name: "nobody" } }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
  });
});

describe("bundle.list", () => {
  it("lists what was built here by its source, the latest first", async () => {
    await using world = await World.open();
    const [first, second] = [
      await world.bundle({ name: "first" }),
      await world.bundle({ name: "second" }),
    ];
    const client = await world.start();
    expect((await client.request("bundle.list", {})).bundles).toEqual([]);
    await client.build(first);
    await client.build(second);

    const { bundles } = await client.request("bundle.list", {});

    expect(bundles.map(({ name }) => name)).toEqual(["second", "first"]);
    expect(bundles[1]).toMatchObject({
      file: `${first}/porter.yaml`,
      dir: first,
      endpoint: "solo",
      version: "0.1.0",
    });
  });
});
