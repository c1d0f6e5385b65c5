import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AuditEntry } from "@gantry/protocol";
import { afterAll, describe, expect, test } from "vitest";
import { Screen } from "./testing/screen.ts";
import { shopHome } from "./testing/ui-homes.ts";

const shop = shopHome();
afterAll(() => shop[Symbol.dispose]());

/** As the daemon writes down what its brokers do. */
function writeDown(...entries: readonly Partial<AuditEntry>[]): void {
  const dir = join(shop.dir, "home/audit");
  mkdirSync(dir, { recursive: true });
  const whole = entries.map((entry) => ({
    time: new Date().toISOString(),
    owner: { kind: "bundle", name: "/shop" },
    method: "GET",
    verdict: "allowed",
    ...entry,
  }));
  const text = whole.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  appendFileSync(join(dir, "audit.jsonl"), text);
}

describe("why a bundle was built", () => {
  test("is told from the bundles and from the build, and a change is seen when asked anew", async () => {
    using screen = new Screen(shop, ["ui"], { columns: 100 });
    await screen.press("4");
    await screen.shows(/› shop +0\.3\.0/);
    await screen.press("w");
    await screen.shows("gantry › Bundles › Why shop was built");
    await screen.shows("Up to date: nothing would be built.");
    await screen.shows(`$ gantry why --file ${shop.bundle}/porter.yaml`);

    appendFileSync(join(shop.bundle, "porter.yaml"), "# changed\n");
    await screen.press("r");
    await screen.shows("It would be built anew:");
    await screen.shows(/because .*porter\.yaml/);
    await screen.press("3");
    await screen.shows("✓ succeeded");
    await screen.press("G", "enter");
    await screen.shows("gantry › Operations › build shop");
    await screen.press("w");
    await screen.shows("gantry › Operations › build shop › Why shop was built");
    await screen.shows("It was never carried out before.");
    expect(shop.run("why").stdout).toContain("Now it would be built anew:");
  }, 120_000);
});

describe("installations", () => {
  test("are shown by a label that is typed or chosen, and one of them with its plan", async () => {
    for (const [name, team] of [
      ["till", "web"],
      ["store", "data"],
    ] as const)
      shop.run("install", name, "--cred", "api-key=value:x", "--label", `team=${team}`);
    using screen = new Screen(shop, ["ui"], { rows: 30 });
    await screen.press("2");
    await screen.shows("team=data");
    await screen.press("/", "label:team=web", "enter");
    await screen.shows("1 of 2 installations");
    await screen.shows("gantry list --all-namespaces --label team=web");
    await screen.press("escape", "L");
    await screen.shows("› label team=data");
    await screen.press("enter");
    await screen.lacks("till");

    await screen.press("p");
    await screen.shows("› Plan: upgrade store");
    await screen.shows(/Endpoint +fake/);
    await screen.press("G");
    await screen.shows("SINCE THE PLAN THAT WAS APPROVED LAST");
    await screen.press("n");
    await screen.shows("$ gantry plan uninstall store");
    expect(shop.run("plan", "uninstall", "store").stdout).toContain("Endpoint     fake");
  }, 120_000);
});

describe("the audit", () => {
  test("shows what is let through and denied as it comes, by owner, and only the denied", async () => {
    writeDown({ path: "/_ping" }, { path: "/info", owner: { kind: "driver", name: "docker" } });
    using screen = new Screen(shop, ["ui"]);
    await screen.press("6");
    await screen.shows(/gantry ui .*process \d+/);
    await screen.shows(/✓ allowed +GET \/info/);
    await screen.press("A");
    await screen.shows("2 calls of all owners, following");

    writeDown({
      path: "/containers/create",
      verdict: "denied",
      reason: "HostConfig.Privileged is out of reach: privileged",
    });
    await screen.shows(/✗ denied +GET \/containers\/create/);
    await screen.shows("Installation shop, GET /containers/create, denied: HostConfig.Privileged");
    await screen.press("d");
    await screen.shows("1 denied call of all owners");
    await screen.shows("$ gantry audit --verdict denied");
    expect(screen.text).not.toContain("/_ping");
    await screen.press("d", "o");
    await screen.shows("1 call of docker");
    await screen.shows("$ gantry audit --owner docker");
    expect(shop.run("audit", "--owner", "docker").stdout).toContain("/info");
  }, 120_000);
});
