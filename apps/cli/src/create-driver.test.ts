import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { TEMPLATE_LANGUAGES } from "./create/driver-templates.ts";
import { runCli } from "./run-cli.ts";
import { GantryHome } from "./testing/gantry-home.ts";
import { testWorld } from "./testing/test-world.ts";

const dir = mkdtempSync(join(tmpdir(), "gantry-create-driver-"));
const home = new GantryHome([]);
afterAll(() => {
  home[Symbol.dispose]();
  rmSync(dir, { recursive: true, force: true });
});

const INTERPRETERS = {
  ts: { programs: [], tests: [process.execPath, "--test"] },
  python: { programs: ["python3"], tests: ["python3", "-B", "-m", "unittest"] },
  sh: { programs: ["jq", "docker"], tests: ["sh", "test.sh"] },
} as const;

describe.each(TEMPLATE_LANGUAGES)("gantry drivers create --lang %s", (language) => {
  const { programs, tests } = INTERPRETERS[language];
  const missing = programs.find((program) => spawnSync("which", [program]).status !== 0);
  const name = `my-${language}`;

  test("makes a driver of that name that passes its own tests", async (context) => {
    const world = testWorld({ cwd: dir, env: { USER: "ann" } });

    const code = await runCli(["drivers", "create", name, "--lang", language, "-o", "json"], world);

    expect({ code, said: world.text("stderr") }).toEqual({ code: 0, said: "" });
    const made: { files: string[] } = JSON.parse(world.text("stdout"));
    expect(made).toMatchObject({ directory: join(dir, name), name, language });
    expect(readdirSync(join(dir, name)).toSorted()).toEqual(made.files.toSorted());
    const manifest = JSON.parse(readFileSync(join(dir, name, "gantry-driver.json"), "utf8"));
    expect(manifest).toMatchObject({ name, publisher: "ann" });
    expect(readFileSync(join(dir, name, "README.md"), "utf8")).toMatch(`# ${name}\n`);
    if (missing !== undefined) context.skip(`there is no ${missing}`);
    const [command, ...args] = tests;
    const ran = spawnSync(command, args, { cwd: join(dir, name), encoding: "utf8" });
    expect(ran.status === 0 ? "passed" : ran.stdout + ran.stderr).toBe("passed");
  }, 90_000);

  test("makes one that a hostile host does no harm to", (context) => {
    if (missing !== undefined) context.skip(`there is no ${missing}`);
    home.run("drivers", "create", name, "--lang", language);

    const verified = home.run("drivers", "verify", name, "--only", "host.", "-o", "json");

    const { driver, cases, passed } = JSON.parse(verified.stdout);
    expect(driver).toBe(name);
    expect(cases.filter((one: { verdict: string }) => one.verdict === "failed")).toEqual([]);
    expect(passed).toBeGreaterThan(9);
  }, 120_000);
});

describe("gantry drivers create", () => {
  test("writes all files or none, and overwrites nothing", async () => {
    mkdirSync(join(dir, "taken"));
    writeFileSync(join(dir, "taken/wire.ts"), "mine");
    const world = testWorld({ cwd: dir });

    expect(await runCli(["drivers", "create", "taken"], world)).toBe(1);

    expect(world.text("stderr")).toContain(join(dir, "taken/wire.ts"));
    expect(readdirSync(join(dir, "taken"))).toEqual(["wire.ts"]);
    expect(readFileSync(join(dir, "taken/wire.ts"), "utf8")).toBe("mine");
  });
});
