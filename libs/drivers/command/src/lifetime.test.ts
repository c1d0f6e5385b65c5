import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { launchDriver } from "@gantry/driver-api";
import { expect, test } from "vitest";
import { signalGroup } from "./run/process-identity.ts";
import { RunDirectory } from "./run/run-directory.ts";
import {
  create,
  finish,
  firstLine,
  HANDLES,
  soon,
  spec,
  start,
  textOf,
} from "./testing/test-runs.ts";
import { TestWorld } from "./testing/test-world.ts";

test("a run is ended with all that it started", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `${HANDLES}\ntrap '' TERM\nsleep 301 &\necho $!\nsleep 301`);
  await using driver = create(world);
  const run = await start(driver, spec("r1"));
  const pid = Number(await firstLine(run));

  await run.stop({ graceMs: 100, signal: soon() });

  expect(await run.outcome(soon())).toMatchObject({ exitCode: 137 });
  expect(await isRunning(pid)).toBe(false);
  await run.remove(soon());
  expect(await readdir(join(world.context.stateDir, "runs"))).toEqual([]);
});

test("a run asked to end again and again keeps its exit status", async () => {
  await using world = await TestWorld.create();
  const body = `${HANDLES}\ntrap 'exit 5' TERM\necho started\nwhile :; do sleep 0.01; done`;
  await world.script("cnab-x", body);
  await using driver = create(world);
  const run = await start(driver, spec("r1"));
  await firstLine(run);
  const { process: leader } = (await new RunDirectory(runDir(world, "r1")).read()) ?? {};

  const asking = setInterval(() => signalGroup(leader?.pid ?? 0, "SIGTERM"), 1);
  const outcome = await run.outcome(soon()).finally(() => clearInterval(asking));

  expect(outcome).toMatchObject({ kind: "exited", exitCode: 5 });
  await run.remove(soon());
});

test("a run leaves no process behind that it started in the background", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `${HANDLES}\nsleep 302 &\necho $!`);
  await using driver = create(world);

  const { stdout, outcome } = await finish(driver, spec("r1"));

  expect(outcome).toMatchObject({ exitCode: 0 });
  await expect.poll(() => isRunning(Number(stdout))).toBe(false);
});

test("a run is lost when somebody else killed it", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `${HANDLES}\necho started\nsleep 303`);
  await using driver = create(world);
  const run = await start(driver, spec("r1"));
  await firstLine(run);
  const record = await new RunDirectory(runDir(world, "r1")).read();

  process.kill(-(record?.process?.pid ?? 0), "SIGKILL");

  expect(await run.outcome(soon())).toMatchObject({ kind: "lost" });
  await run.remove(soon());
});

test("a run outlives a driver process that is killed, output and exit status included", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `${HANDLES}\necho one\nsleep 1\necho two\nexit 6`);
  const main = join(import.meta.dirname, "main.ts");
  const args = [
    "-c",
    'echo $$ >&2; exec "$0" --conditions=@gantry/source "$1"',
    process.execPath,
    main,
  ];
  const pid = Promise.withResolvers<number>();
  const first = await launchDriver({
    command: "sh",
    args,
    env: { PATH: process.env["PATH"] ?? "" },
    options: { name: "x", path: world.bin },
    context: world.context,
    onStderr: (text) => pid.resolve(Number(text)),
  });
  await firstLine(await start(first, spec("r1")));

  process.kill(await pid.promise, "SIGKILL");
  await first.closed;

  await using second = create(world);
  const run = await second.run?.recover("r1", soon());
  expect(await run?.outcome(soon())).toEqual({ kind: "exited", exitCode: 6, outOfMemory: false });
  expect(run && (await textOf(run))).toBe("one\ntwo\n");
  await run?.remove(soon());
  await first[Symbol.asyncDispose]();
});

test("a run keeps no secret on disk but what the program wrote", async () => {
  await using world = await TestWorld.create();
  await world.script("cnab-x", `${HANDLES}\ncat > /dev/null; echo read; sleep 304`);
  await using driver = create(world);
  const environment = [{ name: "TOKEN", value: "tok-4711", sensitive: true }];
  const run = await start(driver, spec("r1", { environment }));
  await firstLine(run);

  const names = await readdir(runDir(world, "r1"));
  const texts = await Promise.all(
    names
      .filter((name) => name !== "outputs")
      .map((name) => readFile(join(runDir(world, "r1"), name), "utf8")),
  );

  expect(names).not.toContain("input");
  expect(texts.join("")).not.toContain("tok-4711");
  await run.remove(soon());
});

test("a run starts nothing when the executable is not there", async () => {
  await using world = await TestWorld.create();
  await using driver = create(world);

  await expect(start(driver, spec("r1"))).rejects.toMatchObject({
    code: "engine-unavailable",
    message: "Executable cnab-x was not found.",
  });
  expect(await driver.run?.recover("r1", soon())).toBeUndefined();
});

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !stat.includes(") Z ");
}

function runDir(world: TestWorld, id: string): string {
  return join(world.context.stateDir, "runs", id);
}
