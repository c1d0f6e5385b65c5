import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as vitest from "vitest";
import type { Driver } from "../driver.ts";
import { launchDriver } from "../wire/launch.ts";
import { busyboxImage, findBusybox } from "./busybox-image.ts";
import { CASES } from "./cases.ts";
import { describeDriver } from "./describe-driver.ts";
import type { DriverFixture, TestImage } from "./fixture.ts";

/** What `gantry drivers create` starts from, put through the suite as it stands. */
const TEMPLATES = resolve(import.meta.dirname, "../../../../apps/cli/templates");
const { GANTRY_TEST_DOCKER_HOST: host, PATH: path = "/usr/bin:/bin" } = process.env;

/** One case for each thing that a driver does; GANTRY_ALL_CASES=1 runs all the others too. */
const ONE_OF_EACH = new Set(
  [
    "probe.answers run.handles run.exit-codes run.many-lines run.cursors",
    "run.environment run.secret-argv run.files run.file-exists run.outputs-binary",
    "run.outputs-links run.stop run.stop-kill run.recover run.sweep",
    "run.conflict run.image-not-found run.start-canceled run.memory-limit",
  ].flatMap((line) => line.split(" ")),
);
const LEFT =
  process.env["GANTRY_ALL_CASES"] === "1"
    ? []
    : CASES.filter(({ id }) => id.startsWith("run.") && !ONE_OF_EACH.has(id));

interface Template {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly option: (host: string) => Readonly<Record<string, unknown>>;
  readonly programs: readonly string[];
}

const DRIVERS: readonly Template[] = [
  {
    name: "driver-ts",
    command: process.execPath,
    args: ["driver.ts"],
    option: (at) => ({ socket: at.replace("unix://", "") }),
    programs: [],
  },
  {
    name: "driver-sh",
    command: "sh",
    args: ["driver.sh"],
    option: (at) => ({ host: at }),
    programs: ["jq", "docker", "flock"],
  },
];

for (const template of DRIVERS) {
  const { name } = template;
  const missing = template.programs.find((program) => spawnSync("which", [program]).status !== 0);
  const lacking = missing ?? whyNoEngine();
  if (lacking === undefined) describeDriver(fixtureOf(template), vitest);
  else vitest.test(`driver contract: ${name}`, (test) => test.skip(`there is no ${lacking}`));
}

function whyNoEngine(): string | undefined {
  if (host === undefined) return "Docker engine (GANTRY_TEST_DOCKER_HOST)";
  return findBusybox() === undefined ? "static busybox to make a test image of" : undefined;
}

function fixtureOf({ name, command, args, option }: Template): DriverFixture {
  const dir = mkdtempSync(join(tmpdir(), `gantry-${name}-`));
  const context = { stateDir: join(dir, "state"), contentDir: join(dir, "content") };
  vitest.afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return {
    name,
    timeoutMs: 120_000,
    notApplicable: Object.fromEntries(
      LEFT.map(({ id }) => [id, "is like a case that is run here; GANTRY_ALL_CASES=1 runs it"]),
    ),
    connect: () =>
      launchDriver({
        command,
        args,
        cwd: join(TEMPLATES, name),
        env: { PATH: path },
        options: option(host ?? ""),
        context,
        onStderr: (text) => process.stderr.write(text),
      }),
    testImage: (driver, signal) => importBusybox(driver, context.contentDir, signal),
    leftovers: async (id) => containersOf(id),
  };
}

async function importBusybox(
  driver: Driver,
  layoutDir: string,
  signal: AbortSignal,
): Promise<TestImage> {
  const image = await busyboxImage(layoutDir);
  const index: { manifests: { digest: string }[] } = JSON.parse(
    readFileSync(join(layoutDir, "index.json"), "utf8"),
  );
  const work = { signal, report: async () => undefined };
  const digest = index.manifests[0]?.digest ?? "";
  const taken = await driver.images?.importFrom?.(layoutDir, digest, work);
  vitest.expect(taken?.id).toBe(image.ref.id);
  vitest.expect((await driver.images?.inspect(image.ref, signal))?.user).toBe("4711:4711");
  return image;
}

function containersOf(id: string): string[] {
  const asked = spawnSync("docker", ["-H", host ?? "", "ps", "-aq", "--filter", `name=${id}`], {
    encoding: "utf8",
  });
  return asked.stdout.split("\n").filter((line) => line !== "");
}
