import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Powers } from "@gantry/driver-package";
import { type Child, startProcess } from "@gantry/process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confine } from "./confine.ts";
import type { Confined } from "./request.ts";
import { processesWith } from "./testing/processes.ts";
import { users, whyNoConfinement } from "./testing/users.ts";
import { openWorld, requestIn, type World } from "./testing/world.ts";

const reason = whyNoConfinement();
if (reason !== undefined) process.stderr.write(`lifetimes of drivers: skipped: ${reason}\n`);

/** Takes signals where it waits for them, so that none comes in the middle of something else. */
const WAITING = `
import signal, subprocess, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
`;
/** Has a grandchild that leads a session of its own, and goes on whatever it is asked. */
const STUBBORN = `${WAITING}
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]], start_new_session=True)
print("ready", flush=True)
while True:
    signal.sigwait({signal.SIGTERM})
    print("asked", flush=True)
`;
const POLITE = `${WAITING}
print("ready", flush=True)
signal.sigwait({signal.SIGTERM})
print("leaving", flush=True)
sys.exit(7)
`;

/** Waits until `done` answers yes. */
async function until(done: () => Promise<boolean>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = async (): Promise<void> => {
    if (await done()) resolve();
    else setTimeout(() => look().catch(reject), 20);
  };
  await look();
  await promise;
}

const KINDS = [
  { title: "without powers", powers: {} },
  { title: "that may make namespaces", powers: { subprocesses: ["*"] } },
];

describe.skipIf(reason !== undefined).each(KINDS)("the life of a driver $title", ({ powers }) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(users()[0] ?? { title: "", uid: 0, prefix: [] });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const signal = AbortSignal.timeout(300_000);
  let count = 0;
  async function prepare(program: string): Promise<{ confined: Confined; marker: string }> {
    count += 1;
    const marker = `gantry-life-${process.pid}-${count}`;
    const command = ["python3", "program", marker];
    const granted = Powers.parse(powers);
    const request = await requestIn(world, { files: { program }, command, granted });
    return { confined: await confine(request, signal), marker };
  }

  async function started({ command, args, env, cwd }: Confined): Promise<Child> {
    const child = await startProcess(command, args, { env, cwd, group: true });
    await once(child.stdout, "data");
    return child;
  }

  it("is asked to end once, and ends as it likes", async () => {
    const { confined } = await prepare(POLITE);
    await using child = await started(confined);
    const said = once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(String(await said)).toBe("leaving\n");
    expect(await child.exit).toEqual({ code: 7, signal: null });
    await confined[Symbol.asyncDispose]();
  });

  it("is over for all that it started when its process is killed", async () => {
    const { confined, marker } = await prepare(STUBBORN);
    await using child = await started(confined);
    await until(async () => (await processesWith(marker)).length >= 2);
    const said = once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(String(await said)).toBe("asked\n");
    await child.stop({ graceMs: 0 });
    await until(async () => (await processesWith(marker)).length === 0);
    await confined[Symbol.asyncDispose]();
  });

  it("is over for all that it started when who started it dies", async () => {
    const { confined, marker } = await prepare(STUBBORN);
    const script = `
      const { command, args, env, cwd } = JSON.parse(process.argv[1]);
      require("node:child_process").spawn(command, args, { env, cwd, detached: true, stdio: "ignore" });
      setInterval(() => undefined, 1000);
    `;
    const { command, args, env, cwd } = confined;
    const told = JSON.stringify({ command, args, env, cwd });
    await using daemon = await startProcess(process.execPath, ["-e", script, told], { env: {} });
    await until(async () => (await processesWith(marker)).length >= 2);
    expect(await processesWith(marker)).not.toEqual([]);
    daemon.kill("SIGKILL");
    await until(async () => (await processesWith(marker)).length === 0);
    await confined[Symbol.asyncDispose]();
  });

  it("leaves neither files nor control groups", async () => {
    const { confined } = await prepare(POLITE);
    const child = await started(confined);
    const run = join(world.home, "run");
    expect(await readdir(run)).toHaveLength(1);
    await child.stop();
    await confined[Symbol.asyncDispose]();
    expect(await readdir(run)).toEqual([]);
    const groups = (await readdir("/sys/fs/cgroup/pids").catch(() => [])).filter((name) =>
      name.startsWith(`gantry-${process.pid}-`),
    );
    expect(groups).toEqual([]);
  });

  it("does not begin when it was called off", async () => {
    const request = await requestIn(world, { files: { program: POLITE }, command: ["sh"] });
    await expect(confine(request, AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(await readdir(join(world.home, "run"))).toEqual([]);
  });
});
