import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTimeOf } from "./machine/process.ts";
import { findProgram } from "./needs.ts";

const MAIN = new URL("main.ts", import.meta.url).pathname;
const hasRegistry = findProgram("docker-registry") !== undefined;
if (!hasRegistry) process.stderr.write("skipped: runs with a registry: no docker-registry here\n");

/** Folders of its own, so that runs of this file and other runs do not see each other. */
let world = "";
beforeEach(async () => {
  world = await mkdtemp(join(tmpdir(), "gt-"));
  await mkdir(join(world, "tmp"));
});
afterEach(() => rm(world, { recursive: true, force: true }));

function environment(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GANTRY_"));
  const own = { TMPDIR: join(world, "tmp"), XDG_CACHE_HOME: join(world, "cache") };
  return { ...Object.fromEntries(inherited), ...own, ...extra };
}

interface Started {
  readonly child: ChildProcess;
  readonly end: Promise<{ code: number | null; out: string; err: string }>;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const all = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
  return { child, end: all.then(([, out, err]) => ({ code: child.exitCode, out, err })) };
}

const homes = () => readdir(join(world, "tmp"));

async function appears(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A command that writes its number, touches a file and goes on for longer than a test. */
function waiting(file: string): readonly string[] {
  return ["sh", "-c", `echo $$; touch ${file}; exec sleep 60`];
}

/** A PATH with a shell and locks, and nothing to run or install engines with. */
async function barePath(): Promise<NodeJS.ProcessEnv> {
  const bin = join(world, "bin");
  await mkdir(bin);
  for (const name of ["sh", "flock"]) await symlink(findProgram(name) ?? "", join(bin, name));
  return { PATH: bin };
}

const WANT = ["run", "--want", "registry", "--"];

describe.skipIf(!hasRegistry)("run", () => {
  it("gives the command a registry that answers, ends with its code and leaves nothing", async () => {
    const script = `const answer = await fetch("http://" + process.env.GANTRY_TEST_REGISTRY + "/v2/");
      console.log(answer.status); process.exit(7);`;
    const command = [process.execPath, "--input-type=module", "--eval", script];

    const { code, out } = await start([...WANT, ...command]).end;

    expect({ code, out }).toEqual({ code: 7, out: "200\n" });
    expect(await homes()).toEqual([]);
  });

  it("forwards a signal to the command, waits for it and then clears away", async () => {
    const up = join(world, "up");
    const script = `trap 'echo asked; exit 5' TERM; touch ${up}; while :; do sleep 0.05; done`;
    const { child, end } = start([...WANT, "sh", "-c", script]);
    await appears(up);

    child.kill("SIGTERM");

    expect(await end).toMatchObject({ code: 5, out: "asked\n" });
    expect(await homes()).toEqual([]);
  });

  it("clears away when it is interrupted before it has started everything", async () => {
    const [bin, begun] = [join(world, "bin"), join(world, "begun")];
    await mkdir(bin);
    // A registry that never answers: the run is still waiting for it, however late the signal comes.
    const mute = `#!/bin/sh\ntouch ${begun}\nexec sleep 60\n`;
    await writeFile(join(bin, "docker-registry"), mute, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env["PATH"]}` };
    const { child, end } = start([...WANT, "touch", join(world, "ran")], env);
    await appears(begun);

    child.kill("SIGINT");

    expect((await end).code).toBe(130);
    expect(existsSync(join(world, "ran"))).toBe(false);
    expect(await homes()).toEqual([]);
  });
});

describe.skipIf(!hasRegistry)("a run beside others", () => {
  it("leaves its folder when it is killed, which the next run removes, and only that", async () => {
    const [up, other] = [join(world, "up"), join(world, "other")];
    const killed = start([...WANT, ...waiting(up)]);
    const living = start([...WANT, ...waiting(other)]);
    await Promise.all([appears(up), appears(other)]);

    killed.child.kill("SIGKILL");
    const pid = Number((await killed.end).out);
    expect(await homes()).toHaveLength(2);
    expect((await start(["doctor"]).end).out).toContain("left by a dead run");

    await start([...WANT, "true"]).end;
    expect(await homes()).toHaveLength(1);
    expect(startTimeOf(pid)).toBeUndefined();
    living.child.kill("SIGTERM");
    await living.end;
    expect(await homes()).toEqual([]);
  });

  it("uses an engine that the environment names instead of starting one", async () => {
    const env = { GANTRY_TEST_REGISTRY: "127.0.0.1:1" };

    const { out } = await start([...WANT, "sh", "-c", "echo $GANTRY_TEST_REGISTRY"], env).end;

    expect(out).toBe("127.0.0.1:1\n");
  });
});

describe("an engine that cannot be had", () => {
  it("is a reason in the command's environment", async () => {
    const script = "echo $GANTRY_TEST_SKIP_REGISTRY";

    const { code, out, err } = await start([...WANT, "sh", "-c", script], await barePath()).end;

    expect(code).toBe(0);
    expect(out).toMatch(/^docker-registry not found \(.+\)\n$/);
    expect(err).toContain("no registry: docker-registry not found");
  });

  it("is an error when engines are required, and the command does not run", async () => {
    const env = { ...(await barePath()), GANTRY_REQUIRE_ENGINES: "1" };

    const { code, out, err } = await start([...WANT, "sh", "-c", "echo ran"], env).end;

    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/these engines are missing:\n {2}registry: docker-registry not found/);
    expect(await homes()).toEqual([]);
  });
});

describe("usage", () => {
  it.each([
    { args: ["run"], complaint: "no COMMAND" },
    { args: ["run", "--want", "dokcer", "--", "true"], complaint: "--want: unknown name" },
    { args: ["start"], complaint: "unknown command: start" },
    { args: ["run", "--nonsense"], complaint: "--nonsense" },
  ])("refuses $args with exit code 2", async ({ args, complaint }) => {
    const { code, out, err } = await start(args).end;

    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(complaint);
    expect(err).toContain("Usage:");
  });

  it("ends with 127 when the command does not exist", async () => {
    const { code } = await start(["run", "--want", "podman", "--", "gantry-no-such-command"], {
      GANTRY_TEST_PODMAN_HOST: "unix:///nowhere",
    }).end;

    expect(code).toBe(127);
  });
});
