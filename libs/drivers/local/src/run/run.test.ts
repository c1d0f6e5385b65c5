import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileEntry } from "@gantry/driver-api";
import { describe, expect, it } from "vitest";
import { outputsOf, textOf, whyNoSandbox, World } from "../testing/world.ts";
import { findFiles, openFound } from "./outputs/output-files.ts";

const reason = await whyNoSandbox();
if (reason !== undefined) process.stderr.write(`local runs: skipped: ${reason}\n`);

function file(path: string, part: Partial<FileEntry> = {}): FileEntry {
  const content = Buffer.from(`content of ${path}\n`);
  return { path, content, mode: 0o400, sensitive: true, existing: "refuse", ...part };
}

describe.skipIf(reason !== undefined)("a run of an image", () => {
  it("[R-01] runs the command whatever the image's entrypoint and command are", async () => {
    await using world = await World.open();
    const id = await world.build('ENTRYPOINT ["/bin/false"]', 'CMD ["x"]');

    const { stdout, outcome } = await world.finish("echo ran", { image: { id } });

    expect(stdout).toBe("ran\n");
    expect(outcome).toMatchObject({ exitCode: 0 });
  });

  it("runs as the image's named user, with its home, groups and environment", async () => {
    await using world = await World.open();
    const id = await world.build(
      "RUN echo 'app:x:4711:4712::/srv/app:/bin/sh' >>/etc/passwd && printf 'app:x:4712:\\nextra:x:4713:app\\n' >>/etc/group",
      'ENV GREETING="a b" PATH=/usr/bin:/bin',
      "WORKDIR /srv/app",
      "USER app",
    );

    const { stdout } = await world.finish('id; echo "$HOME|$GREETING|$PATH|$PWD"', {
      image: { id },
    });

    expect(stdout).toContain("uid=4711(app) gid=4712(app) groups=4712(app),4713(extra)");
    expect(stdout).toContain("/srv/app|a b|/usr/bin:/bin|/srv/app");
  });

  it("[P-09] puts a file where its user, and nobody else, can read it", async () => {
    await using world = await World.open();
    const id = await world.build("RUN echo 'app:x:4711:4712::/:/bin/sh' >>/etc/passwd", "USER app");
    const files = [
      file("/secrets/empty", { content: new Uint8Array() }),
      file("/secrets/full"),
      file("/plain/f", { sensitive: false, mode: 0o640 }),
    ];

    const { stdout } = await world.finish("cat /secrets/*; ls -ln /secrets/full /plain/f", {
      image: { id },
      files,
    });

    expect(stdout).toMatch(/^content of \/secrets\/full\n/);
    expect(stdout).toMatch(
      /-rw-r-----\s+1 4711 4712 .*\/plain\/f\n-r--------\s+1 4711 4712 .*full/,
    );
  });

  it("[P-19] refuses a file that the image has, also as a link", async () => {
    await using world = await World.open();
    const id = await world.build("RUN ln -s /nowhere /dangling");

    for (const path of ["/etc/passwd", "/dangling", "/tmp"]) {
      const spec = world.spec("true", { image: { id }, files: [file(path)] });
      await expect(world.runs.start(spec, world.signal)).rejects.toMatchObject({
        code: "file-exists",
        message: expect.stringContaining(path),
      });
      expect(readdirSync(join(world.context.stateDir, "runs"))).toEqual([]);
    }
  });

  it("[P-20] [P-21] [P-22] keeps files out of the image, of the disk and of what comes after", async () => {
    await using world = await World.open();
    const secret = file("/secrets/token", { mode: 0o600 });

    const { run, stdout } = await world.finish(
      "echo changed >>/secrets/token; cat /secrets/token",
      { files: [secret] },
    );

    expect(stdout).toBe("content of /secrets/token\nchanged\n");
    expect(Buffer.from(secret.content).toString()).toBe("content of /secrets/token\n");
    const upper = join(world.context.stateDir, "runs", run.id, "upper");
    expect(readFileSync(join(upper, "secrets/token"), "utf8")).toBe("");
    await run.remove(world.signal);
    expect(existsSync(upper)).toBe(false);
  });

  it("follows links of the image inside of the image only", async () => {
    await using world = await World.open();
    const outside = join(world.home, "outside");
    mkdirSync(outside);
    const id = await world.build(
      `RUN ln -s ../../../../../../../..${outside} /up && ln -s ${outside} /abs && ln -s loop /loop`,
    );

    const { stdout } = await world
      .finish(`cat ${outside}/*`, {
        image: { id },
        files: [file("/up/one"), file("/abs/two", { sensitive: false })],
        mounts: [{ source: "/usr/share", target: "/abs/share", readOnly: true }],
      })
      .catch((error: unknown) => ({ stdout: String(error) }));

    expect(readdirSync(outside)).toEqual([]);
    expect(stdout).toContain("content of /up/one");
    expect(stdout).toContain("content of /abs/two");
    const looping = world.spec("true", { image: { id }, files: [file("/loop/x")] });
    await expect(world.runs.start(looping, world.signal)).rejects.toMatchObject({
      code: "internal",
    });
  });

  it("refuses an image whose /proc is a link", async () => {
    await using world = await World.open();
    await mkdir(world.contextDir);
    await symlink("/tmp", join(world.contextDir, "proc"));
    const id = await world.buildText("FROM scratch\nCOPY . /\n");

    const refused = world.runs.start(world.spec("true", { image: { id } }), world.signal);

    await expect(refused).rejects.toMatchObject({
      code: "base-unusable",
      message: expect.stringContaining("/proc"),
    });
  });

  it("refuses names and paths that are not clean", async () => {
    await using world = await World.open();
    const bad = [
      { id: "../../x" },
      { command: [] },
      { files: [file("relative")] },
      { files: [file("/a/../b")] },
      { outputsDir: "/a//b" },
      { capabilities: ["ALL"] },
      { environment: [{ name: "a-b", value: "", sensitive: false }] },
      { files: [file("/cnab/app/outputs/x")] },
    ];

    for (const part of bad) {
      await expect(world.runs.start(world.spec("true", part), world.signal)).rejects.toMatchObject({
        code: "invalid-request",
      });
    }
    expect(existsSync(join(world.home, "x"))).toBe(false);
  });
});

describe.skipIf(reason !== undefined)("the outputs of a run", () => {
  it("come in pieces of 1 MiB, 100 MB of them, with flat memory", async () => {
    await using world = await World.open();
    const MB = 1_000_000;
    const { run } = await world.finish("head -c 100000000 /dev/zero >/cnab/app/outputs/big");
    const before = process.memoryUsage().rss;
    let bytes = 0;
    let largest = 0;

    for await (const { data } of run.outputs(world.signal)) {
      bytes += data.length;
      largest = Math.max(largest, data.length);
    }

    expect(bytes).toBe(100 * MB);
    expect(largest).toBe(1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * MB);
  });

  it("leave out what is no plain file and names that are no text", async () => {
    await using world = await World.open();
    const { run } = await world.finish(
      `cd /cnab/app/outputs; echo ok >ok; ln -s /etc/shadow link; ln -s / dir; mkfifo fifo
       printf x >"$(printf 'bad\\377')"; printf x >"$(printf 'new\\nline')"; mkdir -p a/b; echo deep >a/b/c; ln ok hard`,
    );

    const found = await outputsOf(run, world.signal);

    expect([...found]).toEqual([
      ["a/b/c", "deep\n"],
      ["hard", "ok\n"],
      ["ok", "ok\n"],
    ]);
  });

  it("are not read through a directory that became a link meanwhile", async () => {
    await using world = await World.open();
    const top = join(world.home, "top");
    const victim = join(world.home, "victim");
    await mkdir(join(top, "d"), { recursive: true });
    await mkdir(victim);
    await writeFile(join(top, "d", "f"), "fine");
    await writeFile(join(victim, "f"), "secret");
    const found = await findFiles(top);

    await rename(join(top, "d"), join(top, "old"));
    await symlink(victim, join(top, "d"));

    expect(found.map(({ path }) => path)).toEqual(["d/f"]);
    expect(await openFound(top, "d/f")).toBeUndefined();
  });
});

describe.skipIf(reason !== undefined)("a run and the daemon that started it", () => {
  it("goes on when the daemon is killed, and is found again with all that it printed", async () => {
    await using world = await World.open();
    const spec = world.spec("echo one; sleep 1; echo two; echo out >/cnab/app/outputs/o; exit 5");
    await world.driver.images?.pull?.("gantry.local/userland:latest", {
      signal: world.signal,
      report: async () => {},
    });
    const starter = spawn(
      process.execPath,
      ["--conditions=@gantry/source", join(import.meta.dirname, "../testing/start-and-wait.ts")],
      {
        env: { ...process.env, GANTRY_TEST_SPEC: JSON.stringify({ spec, context: world.context }) },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    await once(starter.stdout, "data");
    starter.kill("SIGKILL");
    await once(starter, "exit");

    const run = await world.runs.recover(spec.id, world.signal);

    expect(run).toBeDefined();
    if (run === undefined) return;
    expect(await run.outcome(world.signal)).toEqual({
      kind: "exited",
      exitCode: 5,
      outOfMemory: false,
    });
    expect((await textOf(run, world.signal)).stdout).toBe("one\ntwo\n");
    expect((await outputsOf(run, world.signal)).get("o")).toBe("out\n");
  });

  it("is lost after the machine was restarted", async () => {
    await using world = await World.open();
    const run = await world.start("sleep 60");
    const recordPath = join(world.context.stateDir, "runs", run.id, "run.json");
    const record = JSON.parse(await readFile(recordPath, "utf8"));
    await run.stop({ graceMs: 0, signal: world.signal });
    await writeFile(join(world.context.stateDir, "runs", run.id, "exit"), "               \n");
    await writeFile(recordPath, JSON.stringify({ ...record, boot: "another" }));

    const again = await world.runs.recover(run.id, world.signal);

    expect(await again?.outcome(world.signal)).toEqual({
      kind: "lost",
      reason: expect.stringContaining("restarted"),
    });
    await again?.remove(world.signal);
    expect(await world.runs.recover(run.id, world.signal)).toBeUndefined();
  });

  it("is lost when what watches over it was killed", async () => {
    await using world = await World.open();
    const run = await world.start("sleep 60");
    const path = join(world.context.stateDir, "runs", run.id, "processes.json");
    const { init, supervisor } = JSON.parse(await readFile(path, "utf8"));

    process.kill(supervisor.pid, "SIGKILL");
    process.kill(init.pid, "SIGKILL");

    expect(await run.outcome(world.signal)).toMatchObject({ kind: "lost" });
  });

  it("leaves nothing of a start that was cut off", async () => {
    await using world = await World.open();
    const spec = world.spec("true");
    const dir = join(world.context.stateDir, "runs", spec.id);
    await mkdir(dir, { recursive: true });
    const gone = { pid: 2 ** 22 - 1, start: "1" };
    writeFileSync(
      join(dir, "run.json"),
      JSON.stringify({
        ...spec,
        owner: "test",
        image: "x",
        user: { uid: 0, gid: 0 },
        starter: gone,
        boot: "x",
      }),
    );

    expect(await world.runs.recover(spec.id, world.signal)).toBeUndefined();

    expect(existsSync(dir)).toBe(false);
  });

  it("passes on a million lines, each once", async () => {
    await using world = await World.open();
    const run = await world.start("seq 1 1000000; echo end >&2");
    const before = process.memoryUsage().rss;
    let lines = 0;
    let last = "";

    for await (const { event } of run.events(undefined, world.signal)) {
      if (event.kind !== "log" || event.stream !== "stdout") continue;
      lines += event.text.split("\n").length - 1;
      last = event.text.slice(-8);
    }

    expect(lines).toBe(1_000_000);
    expect(last).toBe("1000000\n");
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });

  it("refuses a cursor of something else", async () => {
    await using world = await World.open();
    const { run } = await world.finish("true");

    await expect(
      run.events("12.3", world.signal)[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({ code: "invalid-request" });
  });

  it("says that a removed run is gone", async () => {
    await using world = await World.open();
    const { run } = await world.finish("true");
    await run.remove(world.signal);

    await expect(
      run.events(undefined, world.signal)[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({ code: "not-found" });
    await expect(run.outputs(world.signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "not-found",
    });
  });
});
