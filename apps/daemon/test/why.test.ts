import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { World } from "./support/world.ts";

it("tells why the last build was made, and what would now be built anew", async () => {
  await using world = await World.open();
  const helper = await world.start();
  const dir = await world.bundle({}, { "helpers.sh": "echo one\n" });
  const why = () => helper.request("bundle.why", { source: { dir } });

  await expect(why()).rejects.toMatchObject({ data: { code: "not-found" } });
  await helper.build(dir);
  expect(await why()).toMatchObject({
    build: { name: "sample", causes: ["it was never built before"] },
    changes: [],
  });

  await writeFile(join(dir, "helpers.sh"), "echo two\n");
  await writeFile(join(dir, "more.sh"), "");
  expect((await why()).changes).toEqual(["helpers.sh changed", "more.sh is new"]);
  expect((await why()).build.causes).toEqual(["it was never built before"]);

  await helper.build(dir, { force: true });
  const after = await why();
  expect(after.build.causes).toEqual(["--force was given", "helpers.sh changed", "more.sh is new"]);
  expect(after.changes).toEqual([]);
  expect(after.build.steps.length).toBeGreaterThan(0);
});
