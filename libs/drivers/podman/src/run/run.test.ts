import { readFile } from "node:fs/promises";
import type { FileEntry } from "@gantry/driver-api";
import { describe, expect, it } from "vitest";
import { engine } from "../../../../../tools/engines/require.ts";
import { freshId, PodmanWorld, printed } from "../testing/podman-world.ts";

const podman = engine("podman");
const facts = podman.available ? podman : { host: "", config: "", busybox: "", registry: "" };
const { busybox } = facts;

const world = (): Promise<PodmanWorld> => PodmanWorld.open(facts);
const named = (user: string, more = ""): string =>
  `FROM ${busybox}\nRUN echo 'app:x:4711:4712::/:/bin/sh' >> /etc/passwd && echo 'crew:x:99:' >> /etc/group${more}\nUSER ${user}\n`;
const secretFile = (path: string, part: Partial<FileEntry> = {}): FileEntry => ({
  path,
  content: Buffer.from("s3cret"),
  mode: 0o400,
  sensitive: true,
  existing: "refuse",
  ...part,
});

async function containers(w: PodmanWorld): Promise<readonly string[]> {
  const all = await w.podman(
    "ps",
    "--all",
    "--quiet",
    `--filter=label=dev.gantry.owner=${w.owner}`,
  );
  return all.split("\n").filter((line) => line !== "");
}

describe.skipIf(!podman.available)("runs of Podman", { timeout: 90_000 }, () => {
  it("run the image of the id asked for, wherever its tag has moved since", async () => {
    await using w = await world();
    const first = await w.image(`FROM ${busybox}\nRUN echo first > /which\n`);
    const second = await w.image(`FROM ${busybox}\nRUN echo second > /which\n`);
    const reference = `gantry.test/${freshId()}:moving`;
    await w.images.tag({ id: first.id }, reference, w.signal);
    await w.images.tag({ id: second.id }, reference, w.signal);

    const { stdout } = await w.finish(w.spec({ id: first.id, reference }, "cat /which"));

    expect(stdout).toBe("first\n");
    await w.images.remove({ reference }, w.signal);
  });

  it("leave owner and mode of every existing directory as they are", async () => {
    await using w = await world();
    const more = " && mkdir -m 0751 /srv && mkdir /srv/in && chmod 1777 /srv/in";
    const { id } = await w.image(named("app", more));
    const script = "stat -c '%n %a %u %g' / /etc /srv /srv/in";
    const before = await w.finish(w.spec({ id }, script));

    const paths = ["/etc/secret", "/srv/in/secret", "/srv/in/new/deep/secret", "/secret"];
    const files = paths.map((path) => secretFile(path));
    const after = await w.finish(
      w.spec({ id }, `${script}; stat -c '%n %a %u %g' /srv/in/new`, { files }),
    );

    expect(after.stdout).toBe(`${before.stdout}/srv/in/new 755 4711 4712\n`);
  });

  it.each([
    ["app", "4711 4712"],
    ["app:crew", "4711 99"],
    ["4711", "4711 4712"],
    ["500:501", "500 501"],
    ["500", "500 0"],
    ["root", "0 0"],
  ])("give files of USER %s to %s with exactly their mode", async (user, owner) => {
    await using w = await world();
    const { id } = await w.image(named(user));
    const files = [secretFile("/run/a/secret"), secretFile("/tmp/b", { mode: 0o640 })];

    const { stdout, outcome } = await w.finish(
      w.spec({ id }, "stat -c '%u %g %a' /run/a/secret /tmp/b && cat /run/a/secret", { files }),
    );

    expect(stdout).toBe(`${owner} 400\n${owner} 640\ns3cret`);
    expect(outcome).toMatchObject({ exitCode: 0 });
  });

  it("hand over variables that mean something to podman as they are", async () => {
    await using w = await world();
    const values = {
      PATH: "/bin:/x y",
      HOME: "/h=1",
      CONTAINERS_CONF: "/none",
      MINE: "two\nlines",
    };
    const environment = Object.entries(values).map(([name, value]) => ({
      name,
      value,
      sensitive: true,
    }));
    const script = 'printf \'%s|\' "$PATH" "$HOME" "$CONTAINERS_CONF" "$MINE"';

    const { stdout } = await w.finish(w.spec({ reference: busybox }, script, { environment }));

    expect(stdout).toBe("/bin:/x y|/h=1|/none|two\nlines|");
  });

  it("have limits, capabilities, labels and no proxy of the host's", async () => {
    await using w = await world();
    const part = {
      memoryBytes: 64 * 1024 * 1024,
      cpus: 0.5,
      pids: 50,
      capabilities: ["CAP_NET_ADMIN"],
      labels: { "org.example": "here" },
    };
    const spec = w.spec({ reference: busybox }, "grep CapEff /proc/self/status", part);

    const { stdout } = await w.finish(spec);
    const [container = ""] = await containers(w);
    const inspected: unknown = JSON.parse(await w.podman("container", "inspect", container));

    expect(stdout).toBe("CapEff:\t0000000000001000\n");
    expect(inspected).toMatchObject([
      {
        Config: { Labels: { "org.example": "here", "dev.gantry.run": spec.id } },
        HostConfig: { Memory: 64 * 1024 * 1024, NanoCpus: 5e8, PidsLimit: 50 },
      },
    ]);
  });

  it("are privileged and on the host's network only when asked", async () => {
    await using w = await world();
    const part = { privileged: true, network: "host" };
    const script = "grep CapEff /proc/self/status; cat /proc/net/dev";

    const { stdout } = await w.finish(w.spec({ reference: busybox }, script, part));
    const alone = await w.finish(w.spec({ reference: busybox }, script));

    const own = /CapBnd:\t(\w+)/u.exec(await readFile("/proc/self/status", "utf8"))?.[1];
    expect(stdout).toContain(`CapEff:\t${own}\n`);
    expect(stdout.split("\n").length).toBeGreaterThan(alone.stdout.split("\n").length);
    expect(alone.stdout).toMatch(/CapEff:\t0+$/mu);
  });

  it("tell of memory that ran out, and of a kill that had another reason", async () => {
    await using w = await world();
    const memoryBytes = 20_000_000;
    const eater = w.spec({ reference: busybox }, "exec tail /dev/zero", { memoryBytes });
    const killed = w.spec({ reference: busybox }, "kill -KILL $$", { memoryBytes });

    expect((await w.finish(eater)).outcome).toMatchObject({ exitCode: 137, outOfMemory: true });
    expect((await w.finish(killed)).outcome).toMatchObject({ outOfMemory: false });
  });

  it("join a network of Podman's by its name, and none that is not there", async () => {
    await using w = await world();
    const network = freshId();
    await w.podman("network", "create", "--internal", network);
    const nowhere = w.spec({ reference: busybox }, "true", { network: "no-such-network" });

    try {
      const spec = w.spec({ reference: busybox }, "ls /sys/class/net", { network });
      expect((await w.finish(spec)).stdout).toMatch(/^eth0$/mu);
      await expect(w.runs.start(nowhere, w.signal)).rejects.toMatchObject({ code: "not-found" });
    } finally {
      await w.runs.sweep(w.owner, [], w.signal);
      await w.podman("network", "rm", network);
    }
  });

  it("say in podman's words why a program could not be started, and leave nothing", async () => {
    await using w = await world();
    const spec = w.spec({ reference: busybox }, "", { command: ["/no/such/program"] });

    const error = await w.runs.start(spec, w.signal).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: "invalid-request" });
    expect(String(error)).toContain("/no/such/program");
    expect(await containers(w)).toEqual([]);
  });

  it("leave nothing behind when a start fails half-way", async () => {
    await using w = await world();
    const image = { reference: busybox };
    const taken = w.spec(image, "true", { files: [secretFile("/etc/passwd")] });
    const stranger = await w.image(`FROM ${busybox}\nUSER nobodyknows\n`);

    await expect(w.runs.start(taken, w.signal)).rejects.toMatchObject({ code: "file-exists" });
    await expect(w.runs.start(w.spec({ id: stranger.id }, "true"), w.signal)).rejects.toMatchObject(
      { code: "base-unusable" },
    );
    expect(await containers(w)).toEqual([]);
  });

  it("are lost when their monitor and their program are killed", async () => {
    await using w = await world();
    const spec = w.spec({ reference: busybox }, "echo on; exec sleep 1000");
    const run = await w.runs.start(spec, w.signal);
    const format = "{{.State.ConmonPid}} {{.State.Pid}}";
    const pids = (await w.podman("container", "inspect", "--format", format, `gantry-${spec.id}`))
      .split(" ")
      .map(Number);

    for (const pid of pids) process.kill(pid, "SIGKILL");

    expect(await run.outcome(w.signal)).toMatchObject({ kind: "lost" });
    expect((await printed(run, w.signal)).stdout).toBe("on\n");
  });

  it("take their volumes with them, also when the caller has given up", async () => {
    await using w = await world();
    const { id } = await w.image(`FROM ${busybox}\nVOLUME /data\n`);
    const before = await w.podman("volume", "ls", "--quiet");
    const run = await w.runs.start(w.spec({ id }, "sleep 1000"), w.signal);
    expect(await w.podman("volume", "ls", "--quiet")).not.toBe(before);

    await expect(run.remove(AbortSignal.abort())).rejects.toMatchObject({ code: "canceled" });

    await expect.poll(() => containers(w), { timeout: 20_000 }).toEqual([]);
    const volumes = () => w.podman("volume", "ls", "--quiet");
    await expect.poll(volumes, { timeout: 20_000 }).toBe(before);
  });

  it("give hard links among outputs by all their names, in pieces of a bounded size", async () => {
    await using w = await world();
    const script =
      "cd /cnab/app/outputs && mkdir -p d/e && echo x > d/e/f && ln d/e/f hard && dd if=/dev/zero of=big bs=1M count=3 2>/dev/null";
    const { run } = await w.finish(w.spec({ reference: busybox }, script));

    const pieces = await Array.fromAsync(run.outputs(w.signal));

    expect([...new Set(pieces.map(({ path }) => path))]).toEqual(["big", "d/e/f", "hard"]);
    expect(Math.max(...pieces.map(({ data }) => data.length))).toBeLessThanOrEqual(1024 * 1024);
    expect(pieces.filter(({ path }) => path === "hard")).toMatchObject([
      { data: Buffer.from("x\n") },
    ]);
  });

  it("give no outputs when the program removed their directory", async () => {
    await using w = await world();
    const { run } = await w.finish(w.spec({ reference: busybox }, "rm -rf /cnab/app/outputs"));

    expect(await Array.fromAsync(run.outputs(w.signal))).toEqual([]);
  });

  it("write no file through a mount", async () => {
    await using w = await world();
    const spec = w.spec({ reference: busybox }, "true", {
      mounts: [{ source: w.dir.path, target: "/host", readOnly: false }],
      files: [secretFile("/host/secret")],
    });

    await expect(w.runs.start(spec, w.signal)).rejects.toMatchObject({ code: "invalid-request" });
  });

  it("are found by the digest that a registry gave, without it", async () => {
    await using w = await world();
    const { registry } = facts;
    const made = await w.image(`FROM ${busybox}\nLABEL n=${freshId()}\n`);
    const reference = `${registry}/pinned:${freshId()}`;
    await w.podman("push", "--tls-verify=false", made.id.slice(7), `docker://${reference}`);
    const { digest } = await w.images.pull(reference, w.work);
    expect(digest).toMatch(/^sha256:/u);

    const found = await w.finish(
      w.spec({ ...(digest && { digest }), reference: "elsewhere.test/x:y" }, "true"),
    );
    const wrong = w.spec({ id: made.id, digest: `sha256:${"0".repeat(64)}` }, "true");

    expect(made.digest).toBeUndefined();
    expect(found.outcome).toMatchObject({ exitCode: 0 });
    await expect(w.runs.start(wrong, w.signal)).rejects.toMatchObject({ code: "image-mismatch" });
  });
});
