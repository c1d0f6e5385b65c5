import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Screen } from "./testing/screen.ts";
import { shopHome } from "./testing/ui-homes.ts";

const shop = shopHome();
const CONFIG = join(shop.dir, "home/config.yaml");

afterAll(() => shop[Symbol.dispose]());

const UP = "\u001b[A";
const PAGE_DOWN = "\u001b[6~";

describe("the options of an endpoint", { timeout: 90_000 }, () => {
  test("are edited in a form of its driver's schema, checked by the daemon, shown as a change, and written", async () => {
    using screen = new Screen(shop, ["ui"], { rows: 34 });
    await screen.press("5", "/fake", "enter");
    await screen.shows(/^› fake/m);
    await screen.press("e");
    await screen.shows("Options of fake");
    await screen.shows(/script +…/);

    // What the daemon alone knows: the names that the map may have.
    await screen.press("down", "down", "sta=250", UP, UP, UP, "enter");
    await screen.press(PAGE_DOWN, "enter");
    await screen.shows(/delaysMs +sta=250.*✗ /);
    await screen.press("\u007f".repeat(7), "start=250");
    await screen.lacks("✗");
    await screen.press(PAGE_DOWN, "enter");
    await screen.shows("Change the configuration?");
    await screen.shows("delaysMs: {start: 250}");
    await screen.shows(`$ gantry config set endpoints.fake.options.delaysMs '{"start":250}'`);
    expect(readFileSync(CONFIG, "utf8")).not.toContain("delaysMs");
    await screen.press("enter");

    await screen.shows("The configuration was changed.");
    expect(shop.run("config", "get", "endpoints.fake.options.delaysMs.start").stdout).toBe("250\n");
    await screen.press("enter");
    await screen.shows(/delaysMs +start=250 +set/);
  });

  test("a new endpoint is made from a driver and a name, and can be used", async () => {
    using screen = new Screen(shop, ["ui"], { columns: 40, rows: 12 });
    await screen.press("5", "/debug", "enter");
    await screen.shows(/^› debug/m);
    await screen.press("n");
    await screen.shows("New endpoint");
    await screen.press("Loud");
    await screen.shows("✗ must match");
    await screen.press("\u0015", "loud", "enter", "enter");
    await screen.shows("New endpoint loud");
    await screen.press("right", "\u001b[C");
    await screen.shows("< true >");
    await screen.press("tab", "enter");
    await screen.shows("Change the");
    await screen.press("enter");
    await screen.shows("The configuration was changed.");

    expect(screen.wrapped).toBe(0);
    expect(JSON.parse(shop.run("drivers", "show", "loud", "-o", "json").stdout)).toMatchObject({
      name: "loud",
      driver: "debug",
      origin: "configured",
    });
  });

  test("a screen reader hears the fields, what is wrong, and the change", async () => {
    using screen = new Screen(shop, ["ui", "--screen-reader"], { columns: 200, rows: 60 });
    await screen.says("WHAT TO DO NEXT");
    await screen.press("5", "/local", "enter", "n", "Near");
    await screen.says(/name, Near, .*must match/);
    await screen.press("\u0015", "near", "enter", "enter");
    await screen.says("New endpoint near");
    await screen.press(PAGE_DOWN, "enter");

    await screen.says("Change the configuration?");
    await screen.says("gantry config set endpoints.near.driver local");
    expect(screen.history).toContain("name: near");
  });
});
