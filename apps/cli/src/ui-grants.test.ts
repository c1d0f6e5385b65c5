import { afterAll, describe, expect, test } from "vitest";
import { GantryHome } from "./testing/gantry-home.ts";
import { Screen } from "./testing/screen.ts";

const MANIFEST = `schemaVersion: 1.0.1
name: needy
version: 0.1.0
registry: localhost:5000
dockerfile: base.Dockerfile
mixins: [exec]
custom:
  dev.gantry.powers: {capabilities: [CHOWN], network: host}
install:
  - exec: {command: "true"}
upgrade:
  - exec: {command: "true"}
uninstall:
  - exec: {command: "true"}
`;

const ABLE = ["capabilities", "mounts", "network-default", "network-host", "observe", "recover"];
const SCRIPT = [{ print: "It has it.\n" }, { write: "porter-state", text: "" }];
const home = new GantryHome(SCRIPT, { runFeatures: ABLE }, MANIFEST);

afterAll(() => home[Symbol.dispose]());

const PAGE_DOWN = "\u001b[6~";

function grantsOf(name: string): unknown {
  return JSON.parse(home.run("grants", "list", name, "-o", "json").stdout);
}

describe("what a bundle asks for", { timeout: 90_000 }, () => {
  test("is granted on the page that asks whether to go on, and nowhere before", async () => {
    using screen = new Screen(home, ["ui"], { rows: 30 });
    await screen.shows("A bundle is here");
    await screen.press("i");
    await screen.shows("[ Install ]");
    await screen.press(PAGE_DOWN, "enter");
    await screen.shows("needs the capability CAP_CHOWN, which was not granted");
    await screen.press("enter");
    await screen.shows("It would be refused: A grants it what it asks for.");
    expect(home.run("show", "needy").code).toBe(1);

    await screen.press("A");
    await screen.shows("Grants it the network host, until you revoke it.");
    await screen.shows("--cap-add CHOWN");
    expect(home.run("show", "needy").code).toBe(1);
    await screen.press("enter");
    await screen.shows("It has it.");
    await screen.shows("succeeded");

    expect(grantsOf("needy")).toMatchObject([
      { power: "capability", value: "CAP_CHOWN", asker: "bundle" },
      { power: "network", value: "host", asker: "bundle" },
    ]);
  });

  test("is revoked from the installation, which shows what is missing then, and gives it back", async () => {
    home.run("install", "again", "--cap-add", "CHOWN", "--network", "host");
    using screen = new Screen(home, ["ui"], { columns: 40, rows: 12 });
    await screen.press("2");
    await screen.shows("again");
    await screen.press("/again", "enter", "enter");
    await screen.shows("Last action");
    await screen.press("R");
    await screen.shows("Choose one of its grants");
    await screen.press("\u001b[B".repeat(6));
    await screen.shows(/› network host/);
    await screen.press("R");
    await screen.shows("Revoke the network host?");
    await screen.shows("gantry grants revoke again");
    await screen.press("enter");
    await screen.shows("Revoked it.");
    expect(grantsOf("again")).toMatchObject([{ power: "capability" }]);

    await screen.shows(/network host +not gra/);
    expect(screen.wrapped).toBe(0);
    await screen.press("A");
    await screen.shows("[ Upgrade ]");
    await screen.press(PAGE_DOWN, "enter");
    await screen.shows("needs the network");
    await screen.press("A");
    await screen.shows("Grants it the network host");
    await screen.press("enter");
    await screen.shows("succeeded");
    expect(grantsOf("again")).toMatchObject([{ power: "capability" }, { power: "network" }]);
  });
});
