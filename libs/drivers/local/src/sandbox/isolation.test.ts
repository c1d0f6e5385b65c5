import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { attachedStarter } from "../testing/attached.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whyNoSandbox, World } from "../testing/world.ts";

const reason = await whyNoSandbox();
if (reason !== undefined) process.stderr.write(`sandbox isolation: skipped: ${reason}\n`);

describe.skipIf(reason !== undefined)("a program in a sandbox", () => {
  const opening = Promise.withResolvers<World>();
  beforeAll(async () => opening.resolve(await World.open()));
  afterAll(async () => (await opening.promise)[Symbol.asyncDispose]());

  it("has no capability, also as root, and cannot get one", async () => {
    const world = await opening.promise;

    const { stdout } = await world.finish("id -u; grep -E '^(Cap|NoNewPrivs)' /proc/self/status");

    expect(stdout).toMatch(/^0\n/);
    expect([...stdout.matchAll(/^Cap\w+:\s+0{16}$/gm)]).toHaveLength(5);
    expect(stdout).toMatch(/^NoNewPrivs:\s+1$/m);
  });

  it("has exactly the capabilities that were granted, in effect", async () => {
    const world = await opening.promise;
    const CAP_NET_BIND_SERVICE = "0000000000000400";

    const { stdout } = await world.finish("grep -E '^Cap(Eff|Bnd|Amb)' /proc/self/status", {
      capabilities: ["CAP_NET_BIND_SERVICE"],
    });

    expect([...stdout.matchAll(new RegExp(`:\\s+${CAP_NET_BIND_SERVICE}$`, "gm"))]).toHaveLength(3);
  });

  it("lives in namespaces of its own", async () => {
    const world = await opening.promise;
    const kinds = ["user", "mnt", "pid", "ipc", "uts"];

    const { stdout } = await world.finish(
      `for kind in ${kinds.join(" ")} net; do readlink /proc/self/ns/$kind; done; echo $$; hostname`,
    );

    const lines = stdout.trim().split("\n");
    for (const [index, kind] of kinds.entries()) {
      expect(lines[index]).not.toBe(readlinkSync(`/proc/self/ns/${kind}`));
    }
    expect(lines[5]).toBe(readlinkSync("/proc/self/ns/net"));
    expect(Number(lines[6])).toBeLessThan(100);
  });

  it("finds no path of this machine, by no way", async () => {
    const world = await opening.promise;
    const secret = join(world.home, "secret");
    writeFileSync(secret, "of the host");

    const { stdout } = await world.finish(
      `for top in "" /.. /../../.. /proc/1/root /proc/1/cwd /proc/self/root /proc/self/cwd/..; do
         if [ -e "$top${secret}" ]; then echo "found by $top"; fi
       done
       ls /proc/1/fd /proc/1/root/ 2>/dev/null
       for fd in /proc/$$/fd/*; do echo "fd \${fd##*/} $(readlink $fd)"; done
       cut -d' ' -f5 /proc/self/mountinfo`,
    );

    expect(stdout).not.toContain("found by");
    const opened = [...stdout.matchAll(/^fd (\d+) (.*)$/gm)].map((match) => match[2] ?? "");
    expect(opened.filter((path) => !/^(pipe:|\/dev\/null$)/.test(path))).toEqual([]);
    expect(stdout).not.toMatch(/^\/home|^\/var\/lib|^\/usr/m);
  });

  it("cannot change a mount or the machine's settings", async () => {
    const world = await opening.promise;

    const { stdout } = await world.finish(
      `touch /proc/sys/kernel/hostname 2>/dev/null && echo wrote
       echo x 2>/dev/null >/proc/sys/kernel/core_pattern && echo wrote
       echo b 2>/dev/null >/proc/sysrq-trigger && echo wrote
       [ -s /proc/kcore ] && head -c 1 /proc/kcore && echo read
       echo x 2>/dev/null >>/etc/hosts && echo wrote
       touch /dev/new 2>/dev/null && echo wrote
       echo end`,
    );

    expect(stdout).toBe("end\n");
  });

  it("sees processes of its own only, has its orphans reaped and takes all with it", async () => {
    const world = await opening.promise;

    const { stdout, outcome } = await world.finish(
      `(sh -c 'sleep 0.1; exit 3' &) ; sleep 0.5
       for dir in /proc/[0-9]*; do read -r pid name state rest <$dir/stat; echo "$name $state"; done 2>/dev/null
       sleep 987.654 & echo child $!`,
    );

    expect(outcome).toEqual({ kind: "exited", exitCode: 0, outOfMemory: false });
    expect(stdout).not.toMatch(/ Z$/m);
    expect(stdout.split("\n").filter((line) => line.startsWith("("))).toHaveLength(2);
    await delay(50);
    expect(findProcesses(["sleep", "987.654", ""].join("\0"))).toEqual([]);
  });

  it("gets the signal that it is stopped with", async () => {
    const world = await opening.promise;
    const run = await world.start(
      "trap 'echo term; exit 9' TERM; echo on; while :; do sleep 0.05; done",
    );
    for await (const _ of run.events(undefined, world.signal)) break;

    await run.stop({ graceMs: 10_000, signal: world.signal });

    expect(await run.outcome(world.signal)).toMatchObject({ exitCode: 9 });
  });

  it("opens its own output again by name and keeps what was there", async () => {
    const world = await opening.promise;

    const { stdout, stderr } = await world.finish(
      "echo one; echo two >/dev/stdout; echo bad >/dev/stderr; echo three",
    );

    expect(stdout).toBe("one\ntwo\nthree\n");
    expect(stderr).toBe("bad\n");
  });

  it("has a loopback and nothing else without a network", async () => {
    const world = await opening.promise;

    const { stdout } = await world.finish(
      "cat /sys/class/net/lo/operstate /sys/class/net/lo/flags; touch /sys/x 2>/dev/null && echo wrote",
      { network: "none" },
    );

    expect(stdout).toBe("unknown\n0x9\n");
  });
});

describe.skipIf(reason !== undefined)("a sandbox without a supervisor", () => {
  it("ends with the process that started it, however that ends", async () => {
    await using world = await World.open();
    const script = join(import.meta.dirname, "../testing/start-attached.ts");
    const starter = spawn(process.execPath, ["--conditions=@gantry/source", script, world.home], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = await once(starter.stdout, "data");
    const init = Number(String(said));
    expect(existsSync(`/proc/${init}`)).toBe(true);

    starter.kill("SIGKILL");

    await expect.poll(() => existsSync(`/proc/${init}`), { timeout: 5_000 }).toBe(false);
  });

  it("has pipes, an exit and a stop of its own", async () => {
    await using world = await World.open();
    const start = await attachedStarter(world.home);
    await using echo = await start(["sh", "-c", "cat; echo err >&2; exit 3"]);
    echo.stdin.end("in");
    const [out, err] = await Promise.all([text(echo.stdout), text(echo.stderr)]);

    expect([out, err, await echo.exit]).toEqual(["in", "err\n", { code: 3, signal: null }]);
    await using stubborn = await start([
      "sh",
      "-c",
      "trap '' TERM; echo on; while :; do sleep 1; done",
    ]);
    await once(stubborn.stdout, "data");
    expect(await stubborn.stop({ graceMs: 100 })).toEqual({ code: null, signal: "SIGKILL" });
    expect(await stubborn.stop()).toEqual({ code: null, signal: "SIGKILL" });
  });
});

describe.skipIf(reason !== undefined)("files and mounts of a sandbox", () => {
  const dir = mkdtempSync(join(tmpdir(), "gantry-binds-"));
  afterAll(() => rmSync(dir, { recursive: true }));

  it("takes names with blanks, quotes and backslashes", async () => {
    await using world = await World.open();
    const path = `/a b/'q"\\x`;

    const { stdout } = await world.finish(`cat "/a b/'q\\"\\\\x" /mnt/*/f`, {
      files: [
        { path, content: Buffer.from("odd\n"), mode: 0o600, sensitive: true, existing: "refuse" },
      ],
      mounts: [{ source: mkOdd(dir), target: "/mnt/o d#d", readOnly: true }],
    });

    expect(stdout).toBe("odd\nmounted\n");
  });

  it("refuses to mount what is not there, and leaves nothing behind", async () => {
    await using world = await World.open();
    const mounts = [{ source: join(dir, "absent"), target: "/x", readOnly: false }];
    const spec = world.spec("true", { mounts });

    await expect(world.runs.start(spec, world.signal)).rejects.toMatchObject({
      code: "invalid-request",
      message: expect.stringContaining("absent"),
    });

    expect(existsSync(join(world.context.stateDir, "runs", spec.id))).toBe(false);
  });
});

function mkOdd(dir: string): string {
  const odd = mkdtempSync(join(dir, "so urce'-"));
  writeFileSync(join(odd, "f"), "mounted\n");
  return odd;
}

/** Processes of this machine with exactly these arguments. */
function findProcesses(cmdline: string): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8") === cmdline;
    } catch {
      return false;
    }
  });
}
