import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { TerminalProgram } from "./terminal-program.ts";

const MAIN = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));
const ARGS = ["--conditions=@gantry/source", MAIN];
const COUNT = 10_000;

const dir = mkdtempSync(join(tmpdir(), "gantry-many-"));
const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], GANTRY_HOME: dir };

afterAll(() => {
  spawnSync(process.execPath, [...ARGS, "daemon", "stop", "--force"], { env, cwd: dir });
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const DAEMON = new URL("../../apps/daemon/src/", import.meta.url);

/** Through the store itself: ten thousand runs would take hours. */
const FILL = `
import { openHome } from ${JSON.stringify(new URL("home.ts", DAEMON).href)};
import { Store } from ${JSON.stringify(new URL("store/store.ts", DAEMON).href)};
using store = new Store(openHome(${JSON.stringify(dir)}));
store.transaction(() => {
  for (let index = 0; index < ${COUNT}; index += 1)
    store.installations.ensure({ id: String(index), namespace: "", name: "app-" + String(index).padStart(5, "0"), labels: {} });
});
`;

function fill(): void {
  const args = ["--conditions=@gantry/source", "--input-type=module", "-e", FILL];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}

test("ten thousand installations are listed, searched and scrolled through", {
  timeout: 120_000,
}, async () => {
  fill();
  await using ui = new TerminalProgram({
    program: process.execPath,
    args: [...ARGS, "ui"],
    cwd: dir,
    env,
    cols: 80,
    rows: 24,
  });
  await ui.shows(/10000 installations/);

  ui.type("2");
  await ui.shows(/app-00000/);
  ui.type("G");
  await ui.shows(/› app-09999/);
  ui.type("/4242");
  await ui.shows(/1 of 10000 installations/);

  expect(ui.text).toContain("› app-04242");
  ui.type("\u001b");
  await ui.paints("10000 installations, by name");
});
