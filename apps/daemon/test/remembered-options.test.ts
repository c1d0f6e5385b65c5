import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BuildOptions } from "@gantry/protocol";
import { expect, it } from "vitest";
import { toBuildRequest } from "../src/build/request.ts";
import { readSource } from "../src/build/source.ts";
import { World } from "./support/world.ts";

it("a run builds a changed source with the options of its last build, not without them", async () => {
  await using world = await World.open();
  const dir = await world.bundle(
    {},
    { "template.Dockerfile": "FROM fake/base\nARG COLOUR\nLABEL colour=$COLOUR\n" },
  );
  const helper = await world.start();
  await helper.build(dir, { buildArgs: { COLOUR: "red" } });

  const unchanged = await helper.install(dir);
  await world.file("bundles/sample/new.txt", "x");
  const changed = await helper.act("upgrade", "sample", { source: { dir }, cwd: dir });
  const otherwise = await helper.act("upgrade", "sample", {
    source: { dir },
    cwd: dir,
    build: { buildArgs: { COLOUR: "blue" } },
  });

  expect(unchanged.outcome.build).toMatchObject({ upToDate: true });
  expect(changed.outcome.build).toMatchObject({ upToDate: false });
  expect(notices(changed)).toContain("Building anew: new.txt is new.");
  expect(notices(otherwise)).toContain("Building anew: build argument COLOUR changed.");
});

it("the value of a build's secret is not kept, and said to be needed again", async () => {
  await using world = await World.open([
    { name: "solo", driver: "fake", options: { buildFeatures: ["secrets"] } },
  ]);
  const dir = await world.bundle();
  const helper = await world.start();
  const value = Buffer.from("tr0ub4dor").toString("base64");
  const built = await helper.build(dir, { secrets: [{ id: "npm", value }] });
  expect(built.outcome.operation.failure).toBeUndefined();

  const files = ["state.db", "state.db-wal"].map((name) =>
    readFile(join(world.home, name), "latin1"),
  );
  const kept = (await Promise.all(files)).join("");
  const options = BuildOptions.parse({ secrets: [{ id: "npm" }] });
  const request = toBuildRequest(await readSource({ dir }, options), "FROM x", options);

  expect(kept).toContain("npm");
  expect(kept).not.toContain(value);
  await expect(request.secrets[0]?.read(AbortSignal.timeout(1_000))).rejects.toMatchObject({
    code: "input-invalid",
    message: "The build needs the secret npm again; its value is not kept.",
  });
});

function notices({
  events,
}: {
  readonly events: readonly { readonly event: unknown }[];
}): unknown[] {
  return events.map(({ event }) => (event as { text?: string }).text);
}
