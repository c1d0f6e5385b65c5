import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";
import { type TestWorld, testWorld } from "./testing/test-world.ts";

const dir = mkdtempSync(join(tmpdir(), "gantry-drivers-"));
const project = join(dir, "project");
const lock = join(project, "gantry.lock");
const env = { PATH: process.env["PATH"], HOME: dir, GANTRY_HOME: join(dir, "home") };
const WIDER = { version: "2.0.0", powers: { network: ["*"], write: ["~/"] } };

beforeAll(() => {
  mkdirSync(join(project, "driver"), { recursive: true });
  writeDriver({ optionsSchema: SCHEMA });
});
afterAll(async () => {
  await gantry("daemon stop --force");
  execFileSync("chmod", ["-R", "u+w", dir]);
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const SCHEMA = { type: "object", properties: { host: { type: "string", description: "Where" } } };

function writeDriver(change: object): void {
  const manifest = { ...MANIFEST, ...change };
  writeFileSync(join(project, "driver/gantry-driver.json"), JSON.stringify(manifest));
}

const MANIFEST = {
  schemaVersion: 1,
  name: "sample",
  version: "1.0.0",
  description: "Runs nothing.",
  publisher: "Example",
  protocols: [1],
  facets: ["run"],
  command: ["./main.sh"],
  powers: { network: ["api.example:443"] },
};

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in the project; `answers` are those of somebody at a terminal. */
async function gantry(line: string, answers?: boolean[]): Promise<Ran & { asked: string[] }> {
  const asked: string[] = [];
  const confirm = async (question: string): Promise<boolean> => {
    asked.push(question);
    return answers?.shift() ?? false;
  };
  const base: TestWorld = testWorld({ env, cwd: project });
  const world = answers === undefined ? base : { ...base, confirm };
  const code = await runCli(line.split(" "), world);
  return { code, stdout: base.text("stdout"), stderr: base.text("stderr"), asked };
}

describe("gantry drivers", () => {
  test("install shows what a driver asks for; where nobody can be asked it wants --grant", async () => {
    const { code, stdout, stderr } = await gantry("drivers install ./driver");

    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("sample 1.0.0  Runs nothing.\nSource:    file:");
    expect(stderr).toContain("Publisher: Example (not verified)\n");
    expect(stderr).toContain("It asks to:\n  - connect to api.example, port 443\n");
    expect(stderr).toMatch(
      /Error: Nobody has confirmed what sample asks for\.\nTry: .*--grant all/,
    );
    expect((await gantry("drivers remove sample")).code).toBe(1);
  });

  test("install asks at a terminal, and no is no", async () => {
    const no = await gantry("drivers install ./driver", [false]);
    expect(no).toMatchObject({ code: 1, asked: ["Install sample 1.0.0 and allow this?"] });
    expect(no.stderr).toContain("Nothing was installed.");

    const yes = await gantry("drivers install ./driver --lock gantry.lock", [true]);
    expect(yes.code).toBe(0);
    expect(yes.stderr).toContain("✓ sample 1.0.0 installed\nIt may do all of that.\n");
    expect(yes.stderr.match(/connect to api\.example/g)).toHaveLength(1);
    expect(readFileSync(lock, "utf8")).toContain("source: file:./driver\n");
    expect(await gantry("drivers install ./driver", [])).toMatchObject({ code: 0, asked: [] });
  });

  test("list and show start nothing, and say what it may do and how it is", async () => {
    const list = await gantry("drivers list");
    expect(list.stdout).toMatch(/^sample +sample +run +not-started/m);

    const show = await gantry("drivers show sample");
    expect(show.code).toBe(0);
    expect(show.stdout).toMatch(/^sample 1\.0\.0 {2}Runs nothing\.\nSource: {6}file:/);
    expect(show.stdout).toMatch(/^State: {7}not-started$/m);
    expect(show.stdout).toContain("It may:\n  - connect to api.example, port 443\n");
    const json = JSON.parse((await gantry("drivers show sample -o json")).stdout);
    expect(json).toMatchObject({ origin: "installed", package: { name: "sample" } });
  });

  test("show finds a byte that was flipped, and says so with exit code 1", async () => {
    const store = join(dir, "home/driver-packages");
    const { package: shown } = JSON.parse((await gantry("drivers show sample -o json")).stdout);
    const hex = Buffer.from(shown.sha512.slice("sha512-".length), "base64").toString("hex");
    const file = join(store, hex, "gantry-driver.json");
    chmodSync(file, 0o644);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("Runs nothing.", "Runs anything"));

    const show = await gantry("drivers show sample");

    writeFileSync(file, text);
    expect(show.code).toBe(1);
    expect(show.stdout).toMatch(/Refused: .* was changed; nothing of it was run/);
    expect((await gantry("drivers show sample")).code).toBe(0);
  });

  test("options reads as a table and as the schema, and starts nothing", async () => {
    const text = await gantry("drivers options sample");
    expect(text.stdout).toBe(
      "Option   Type     Default   Description\nhost     string             Where\n",
    );
    const json = await gantry("drivers options sample -o json");
    expect(JSON.parse(json.stdout)).toEqual(SCHEMA);
  });

  test("update shows the difference, and takes a part of it", async () => {
    expect((await gantry("drivers update")).stderr).toBe("sample 1.0.0 is the newest.\n");
    writeDriver(WIDER);

    const refused = await gantry("drivers update sample");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      "It asks for more than 1.0.0 was granted:\n  ! read and change your whole home directory\n  ! connect to any host",
    );
    const updated = await gantry("drivers update --grant network=api.example:443 -o json");
    expect(JSON.parse(updated.stdout)).toMatchObject([
      { version: "2.0.0", granted: [{ text: "connect to api.example, port 443" }] },
    ]);
    expect(updated.stderr).toBe("");
  });

  test("install --frozen holds to the lock file", async () => {
    const held = await gantry("drivers install --frozen -o json");
    expect(held.code).toBe(0);
    expect(JSON.parse(held.stdout)).toMatchObject([{ name: "sample", version: "2.0.0" }]);
    writeFileSync(lock, readFileSync(lock, "utf8").replace("2.0.0", "3.0.0"));

    const refused = await gantry("drivers install --frozen -o json");

    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr).error).toMatchObject({
      code: "lock-differs",
      message: expect.stringContaining("version: 3.0.0 in gantry.lock, 2.0.0 found"),
    });
  });

  test("a lock file of another project is left alone by update", async () => {
    const other = "lockVersion: 1\ndrivers: {}\n";
    writeFileSync(join(project, "other.lock"), other);
    writeDriver({ ...WIDER, version: "2.1.0" });

    expect((await gantry("drivers update --lock other.lock")).code).toBe(0);

    expect(readFileSync(join(project, "other.lock"), "utf8")).toBe(other);
    expect((await gantry("drivers update --lock other.lock")).stderr).toContain(
      "2.1.0 is the newest",
    );
  });

  test("link shows that it is linked; remove forgets", async () => {
    expect((await gantry("drivers link driver --grant all")).stderr).toContain(
      "✓ sample 2.1.0 linked",
    );
    expect(await gantry("drivers remove sample --lock other.lock")).toMatchObject({
      code: 0,
      stderr: "sample 2.1.0 removed.\n",
    });
    expect((await gantry("drivers options sample")).code).toBe(2);
  });

  test.each([
    ["drivers install --frozen --lock nowhere.lock", 1, /There is no driver in .*nowhere\.lock/],
    ["drivers install No_Such", 2, /"No_Such" names no driver/],
    ["drivers install ./nowhere", 1, /nothing at .*nowhere/],
    ["drivers push ./driver registry.example/x", 2, /names no place in a registry/],
    ["drivers update nobody", 1, /No driver nobody is installed/],
  ])("%s: exit code %i", async (line, code, message) => {
    expect(await gantry(line)).toMatchObject({ code, stderr: expect.stringMatching(message) });
  });
});
