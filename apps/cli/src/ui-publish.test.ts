import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GantryHome } from "./testing/gantry-home.ts";
import { Screen } from "./testing/screen.ts";
import { shopHome } from "./testing/ui-homes.ts";

const { GANTRY_TEST_REGISTRY: host } = process.env;
if (host === undefined)
  process.stderr.write("skipped: there is no registry (GANTRY_TEST_REGISTRY)\n");

describe.skipIf(host === undefined)("publishing in the UI", () => {
  let home: GantryHome;
  const place = `${host}/ui-test-${process.pid}-${Date.now()}/shop`;
  beforeAll(() => {
    home = shopHome();
  }, 240_000);
  afterAll(() => home[Symbol.dispose]());

  test("a form, a question, the work live, and what the registry has then; a second time is refused", async () => {
    using screen = new Screen(home, ["ui"], { columns: 170 });
    await screen.press("4");
    await screen.shows(/› shop +0\.3\.0/);
    await screen.press("P");
    await screen.shows("Publish shop");
    await screen.press(place, "tab");
    await screen.shows(`--reference ${place}`);
    await screen.press("enter", "enter", "enter", "enter");
    await screen.shows("Publish shop?");
    await screen.shows(`Its images and the bundle go to ${place}.`);
    await screen.press("enter");

    await screen.shows("✓ succeeded");
    await screen.shows(`Published as ${place}:v0.3.0@sha256:`);
    expect(home.run("explain", `${place}:v0.3.0`).stdout).toContain("shop");
    await screen.press("t");
    await screen.shows("✗ failed");
    await screen.shows("is published already");
    await screen.press("q", "q");
  }, 120_000);
});
