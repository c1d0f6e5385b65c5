import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");
const { GANTRY_TEST_DOCKER_HOST: host, PATH = "", HOME = "" } = process.env;
const dir = mkdtempSync(join(tmpdir(), "gantry-created-"));
const env = { PATH, HOME, GANTRY_HOME: join(dir, "home"), DOCKER_HOST: host };

/** Runs the real program, with a daemon of its own, in a directory below. */
function gantry(where: string, line: string): { code: number | null; text: string } {
  const words = ["--conditions=@gantry/source", MAIN, ...line.split(" ")];
  const ran = spawnSync(process.execPath, words, { cwd: join(dir, where), env, encoding: "utf8" });
  return { code: ran.status, text: ran.stdout + ran.stderr };
}

afterAll(() => {
  gantry("", "daemon stop --force");
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const LANGUAGES = [
  { language: "ts", programs: [] },
  { language: "sh", programs: ["jq", "docker"] },
] as const;

test.for(LANGUAGES)(
  "a driver as created in $language, linked and granted what it asks for, runs a bundle that another driver built",
  { timeout: 180_000 },
  ({ language, programs }, context) => {
    if (host === undefined) context.skip("there is no Docker engine (GANTRY_TEST_DOCKER_HOST)");
    const missing = programs.find((program) => spawnSync("which", [program]).status !== 0);
    if (missing !== undefined) context.skip(`there is no ${missing}`);
    const driver = `my-${language}`;
    const bundle = `bundle-${language}`;
    gantry("", `drivers create ${driver} --lang ${language}`);
    gantry("", `create ${bundle}`);

    const linked = gantry("", `drivers link ${driver} --grant all`);
    const installed = gantry(
      bundle,
      `install --driver ${driver} --build-arg BASE=gantry.local/userland:latest`,
    );
    const outputs = gantry(bundle, "outputs list");
    const gone = gantry(bundle, `uninstall --driver ${driver} --delete`);

    expect(linked).toMatchObject({ code: 0 });
    expect(installed.text).toContain("Hello, World");
    expect(outputs.text).toMatch(/greeting +string +Hello, World/);
    expect(gone.text).toContain("Goodbye");
  },
);

test("a driver as created in python runs a bundle confined, whoever the daemon is", {
  timeout: 180_000,
}, (context) => {
  if (process.platform !== "linux") context.skip("this is no Linux");
  if (spawnSync("which", ["python3", "perl"]).status !== 0) context.skip("no Python or Perl");
  gantry("", "drivers create my-python --lang python");
  gantry("", "create bundle-python");

  gantry("", "drivers link my-python --grant all");
  const installed = gantry(
    "bundle-python",
    "install --driver my-python --build-arg BASE=gantry.local/userland:latest",
  );
  const shown = gantry("", "drivers show my-python");

  expect(installed.text).toContain("Hello, World");
  expect(shown.text).toMatch(/^Confinement: +confined$/m);
  expect(shown.text).toMatch(/^Weaker by: .*namespaces and mounts of its own/m);
});
