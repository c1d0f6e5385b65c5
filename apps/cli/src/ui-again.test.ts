import { afterAll, describe, expect, test } from "vitest";
import { Screen } from "./testing/screen.ts";
import { shopHome } from "./testing/ui-homes.ts";

const shop = shopHome();

afterAll(() => shop[Symbol.dispose]());

const PAGE_DOWN = "\u001b[6~";

describe("an operation of an earlier session", { timeout: 90_000 }, () => {
  test("is tried again as it was; only what is secret is asked for anew", async () => {
    const secrets = ["--cred", "api-key=value:s3cret", "--param", "pin=4711"];
    shop.run("install", "corner", "--param", "size=large", "--param", "replicas=7", ...secrets);
    shop.run("daemon", "stop", "--force");
    using screen = new Screen(shop, ["ui"]);
    await screen.press("3");
    await screen.shows("install corner");
    await screen.press("t");

    await screen.shows("Not kept, to be given again: pin, api-key.");
    await screen.shows(/size +large/);
    await screen.shows(/replicas +7/);
    expect(screen.sent).not.toMatch(/s3cret|4711/);
    await screen.press("\u001b[5~", "\u0015", "other", PAGE_DOWN, "enter");
    await screen.shows("api-key has no valid value yet.");
    await screen.press("k", PAGE_DOWN, "enter");
    await screen.shows("replicas = 7");
    await screen.press("enter");
    await screen.shows("succeeded");

    const { stdout } = shop.run("show", "other", "-o", "json");
    const { _calculated: shown } = JSON.parse(stdout) as {
      _calculated: { resolvedParameters: readonly { name: string; value: unknown }[] };
    };
    const values = shown.resolvedParameters.map(({ name, value }) => [name, value]);
    expect(Object.fromEntries(values)).toMatchObject({ size: "large", replicas: 7 });
  });

  test("a build, too, with its switches", async () => {
    shop.run("build", "--no-cache", "--build-arg", "A=1");
    using screen = new Screen(shop, ["ui"], { columns: 40, rows: 12 });
    await screen.press("3");
    await screen.shows(/› build/);
    await screen.press("t");
    await screen.shows("Build the bundle");
    await screen.press("\u001b[5~");

    await screen.shows(/no-cache +yes/);
    await screen.shows("Filled in as it was.");
    expect(screen.wrapped).toBe(0);
  });
});
