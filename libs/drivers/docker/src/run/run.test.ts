import { describe, expect, it } from "vitest";
import { engine as testEngine } from "../../../../../tools/engines/require.ts";
import { DriverError } from "@gantry/driver-api";
import type { FileEntry } from "@gantry/driver-api";
import { ContainersAnswer } from "../answers.ts";
import { DockerWorld, freshId, present, printed } from "../testing/docker-world.ts";

const docker = testEngine("docker");
const host = docker.available ? docker.host : "";
const busybox = docker.available ? docker.busybox : "";
const registry = docker.available ? docker.registry : "";

const world = (): Promise<DockerWorld> => DockerWorld.open({ host });
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

async function containers(w: DockerWorld): Promise<readonly string[]> {
  const filters = JSON.stringify({ label: [`dev.gantry.owner=${w.owner}`] });
  const query = { all: "1", filters };
  const request = { method: "GET", path: "/containers/json", query, signal: w.signal } as const;
  return (await w.engine.json(request, ContainersAnswer)).map(({ Id }) => Id);
}

describe.skipIf(!docker.available)("runs on a Docker Engine", () => {
  it("runs the image of the id asked for, wherever its tag has moved since (25)", async () => {
    await using w = await world();
    const first = await w.image(`FROM ${busybox}\nRUN echo first > /which\n`);
    const second = await w.image(`FROM ${busybox}\nRUN echo second > /which\n`);
    const reference = `gantry.test/${freshId()}:moving`;
    await w.images.tag?.({ id: first.id }, reference, w.signal);
    await w.images.tag?.({ id: second.id }, reference, w.signal);

    const { stdout } = await w.finish(w.spec({ id: first.id, reference }, "cat /which"));

    expect(stdout).toBe("first\n");
    await w.images.remove?.({ reference }, w.signal);
  });

  it("accepts exactly the digest of the image's manifest, also without a registry at hand (26)", async () => {
    await using w = await world();
    const made = await w.image(`FROM ${busybox}\nLABEL n=${freshId()}\n`);
    const reference = `${registry}/pinned:${freshId()}`;
    const pushed = await w.images.push?.({ id: made.id }, reference, w.work);
    const digest = present(pushed).digest;

    const byDigest = await w.finish(
      w.spec({ digest, reference: "elsewhere.test/other:tag" }, "true"),
    );
    const wrong = w.runs.start(
      w.spec({ id: made.id, digest: `sha256:${"0".repeat(64)}` }, "true"),
      w.signal,
    );

    expect(byDigest.outcome).toMatchObject({ kind: "exited", exitCode: 0 });
    await expect(wrong).rejects.toMatchObject({ code: "image-mismatch" });
  });

  it("runs an image that was built here and has no digest yet (26)", async () => {
    await using w = await world();
    const { id, digest } = await w.image(`FROM ${busybox}\nLABEL n=${freshId()}\n`);

    const { outcome } = await w.finish(w.spec({ id }, "exit 3"));

    expect(digest).toBeUndefined();
    expect(outcome).toMatchObject({ exitCode: 3 });
  });

  it("leaves owner and mode of every existing directory as they are (27)", async () => {
    await using w = await world();
    const { id } = await w.image(
      named("app", " && mkdir -m 0751 /srv && mkdir /srv/in && chmod 1777 /srv/in"),
    );
    const script = "stat -c '%n %a %u %g' / /etc /srv /srv/in";
    const before = await w.finish(w.spec({ id }, script));

    const files = ["/etc/secret", "/srv/in/secret", "/srv/in/new/deep/secret", "/secret"].map(
      (path) => secretFile(path),
    );
    const after = await w.finish(
      w.spec({ id }, `${script}; stat -c '%n %a %u %g' /srv/in/new`, { files }),
    );

    expect(after.stdout).toBe(`${before.stdout}/srv/in/new 755 4711 4712\n`);
  });

  it.each([
    ["app", "4711 4712"],
    ["app:crew", "4711 99"],
    ["4711", "4711 4712"],
    ["500:crew", "500 99"],
    ["500:501", "500 501"],
    ["500", "500 0"],
    ["root", "0 0"],
  ])("gives files of USER %s to %s with exactly their mode (28)", async (user, owner) => {
    await using w = await world();
    const { id } = await w.image(named(user));
    const files = [secretFile("/run/a/secret"), secretFile("/tmp/b", { mode: 0o640 })];

    const { stdout, outcome } = await w.finish(
      w.spec({ id }, "stat -c '%u %g %a' /run/a/secret /tmp/b && cat /run/a/secret", { files }),
    );

    expect(stdout).toBe(`${owner} 400\n${owner} 640\ns3cret`);
    expect(outcome).toMatchObject({ exitCode: 0 });
  });

  it("says when the image does not know its own user", async () => {
    await using w = await world();
    const { id } = await w.image(`FROM ${busybox}\nUSER nobodyknows\n`);

    await expect(w.runs.start(w.spec({ id }, "true"), w.signal)).rejects.toMatchObject({
      code: "base-unusable",
    });
    expect(await containers(w)).toEqual([]);
  });

  it("passes on the last line of a log, every time, and ends (29)", async () => {
    await using w = await world();
    const image = { reference: busybox };
    const script =
      "i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo $i; echo e$i >&2; done; printf last";

    for (let round = 0; round < 8; round += 1) {
      const run = await w.runs.start(w.spec(image, script), w.signal);
      const { stdout, stderr } = await printed(run, w.signal);

      expect(stdout.split("\n")).toHaveLength(501);
      expect(stdout.endsWith("500\nlast")).toBe(true);
      expect(stderr.endsWith("e500\n")).toBe(true);
    }
  });

  it("gives no outputs when the program removed their directory (30)", async () => {
    await using w = await world();
    const { run, outcome } = await w.finish(
      w.spec({ reference: busybox }, "rm -rf /cnab/app/outputs"),
    );

    const outputs = await Array.fromAsync(run.outputs(w.signal));

    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outputs).toEqual([]);
  });

  it("takes regular files for outputs, by all their names, and no links, in pieces of a bounded size (31)", async () => {
    await using w = await world();
    const script = `cd /cnab/app/outputs && mkdir -p d/e && echo x > d/e/f && ln -s /etc/passwd link && ln -s d dirlink &&
      mkfifo pipe && ln d/e/f hard && dd if=/dev/zero of=big bs=1M count=5 2>/dev/null && : > empty`;
    const { run, outcome } = await w.finish(w.spec({ reference: busybox }, script));

    const pieces = await Array.fromAsync(run.outputs(w.signal));

    expect(outcome).toMatchObject({ exitCode: 0 });
    expect([...new Set(pieces.map(({ path }) => path))]).toEqual(["big", "d/e/f", "empty", "hard"]);
    expect(Math.max(...pieces.map(({ data }) => data.length))).toBeLessThanOrEqual(1024 * 1024);
    const size = (path: string): number =>
      pieces.filter((piece) => piece.path === path).reduce((sum, { data }) => sum + data.length, 0);
    expect([size("big"), size("d/e/f"), size("hard"), size("empty")]).toEqual([
      5 * 1024 * 1024,
      2,
      2,
      0,
    ]);
    expect(pieces.filter(({ last }) => last)).toHaveLength(4);
  });

  it("says in the engine's words why a program could not be started (32)", async () => {
    await using w = await world();
    const spec = w.spec({ reference: busybox }, "", { command: ["/no/such/program"] });

    const error = await w.runs.start(spec, w.signal).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(DriverError);
    expect(String(error)).toContain("/no/such/program");
    expect(await containers(w)).toEqual([]);
  });

  it("tells of memory that ran out (32)", async () => {
    await using w = await world();
    const script =
      "tail -c 200m /dev/zero | tail -n 1 | wc -c; x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo $?";
    const { outcome } = await w.finish(
      w.spec({ reference: busybox }, `exec tail /dev/zero; ${script}`, { memoryBytes: 20_000_000 }),
    );

    expect(outcome).toMatchObject({ kind: "exited", exitCode: 137, outOfMemory: true });
  });

  it("removes a running container and its volumes, also when the caller has given up (33)", async () => {
    await using w = await world();
    const { id } = await w.image(`FROM ${busybox}\nVOLUME /data\n`);
    const run = await w.runs.start(w.spec({ id }, "sleep 1000"), w.signal);
    const volumes = async (): Promise<string> => {
      const parts = await Array.fromAsync(
        await w.engine.stream({ method: "GET", path: "/volumes", signal: w.signal }),
      );
      return Buffer.concat(parts).toString("utf8");
    };
    const [container = ""] = await containers(w);
    const inspected = await Array.fromAsync(
      await w.engine.stream({
        method: "GET",
        path: `/containers/${container}/json`,
        signal: w.signal,
      }),
    );
    const volume = present(
      /"Name":"([0-9a-f]{64})"/u.exec(Buffer.concat(inspected).toString("utf8"))?.[1],
    );
    expect(await volumes()).toContain(volume);

    await expect(run.remove(AbortSignal.abort())).rejects.toMatchObject({ code: "canceled" });

    await expect.poll(() => containers(w)).toEqual([]);
    expect(await volumes()).not.toContain(volume);
    await run.remove(w.signal);
  });

  it("leaves nothing behind when a start fails or is canceled half-way (33)", async () => {
    await using w = await world();
    const image = { reference: busybox };
    const taken = w.spec(image, "true", { files: [secretFile("/etc/passwd")] });
    const nowhere = w.spec(image, "true", { network: "no-such-network" });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 15);

    await expect(w.runs.start(taken, w.signal)).rejects.toMatchObject({ code: "file-exists" });
    await expect(w.runs.start(nowhere, w.signal)).rejects.toMatchObject({ code: "not-found" });
    await expect(w.runs.start(w.spec(image, "sleep 100"), abort.signal)).rejects.toMatchObject({
      code: "canceled",
    });

    expect(await containers(w)).toEqual([]);
  });

  it("applies resource limits, labels and an environment in a fixed order (34, 35)", async () => {
    await using w = await world();
    const spec = w.spec(
      { reference: busybox },
      "env | grep ^G_ ; cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; true",
      {
        environment: [
          { name: "G_B", value: "2\nlines=", sensitive: false },
          { name: "G_A", value: "1", sensitive: true },
        ],
        labels: { "org.example": "here" },
        memoryBytes: 64 * 1024 * 1024,
        cpus: 0.5,
        pids: 50,
      },
    );
    const { stdout } = await w.finish(spec);
    const [id = ""] = await containers(w);
    const answer = await Array.fromAsync(
      await w.engine.stream({ method: "GET", path: `/containers/${id}/json`, signal: w.signal }),
    );
    const container: unknown = JSON.parse(Buffer.concat(answer).toString("utf8"));

    expect(stdout).toContain("G_A=1\n");
    expect(container).toMatchObject({
      Config: {
        Labels: { "org.example": "here", "dev.gantry.run": spec.id, "dev.gantry.owner": w.owner },
      },
      HostConfig: { Memory: 64 * 1024 * 1024, NanoCpus: 5e8, PidsLimit: 50, CapDrop: ["ALL"] },
    });
    expect(JSON.stringify(container)).toMatch(/"G_A=1","G_B=2\\nlines="/u);
  });

  it("carries out many runs of one driver at once (36)", async () => {
    await using w = await world();
    const { id } = await w.image(named("app"));

    const results = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        w.finish(
          w.spec({ id }, `cat /in/file; exit ${n}`, {
            files: [secretFile("/in/file", { content: Buffer.from(`${n}`) })],
          }),
        ),
      ),
    );

    expect(results.map(({ stdout, outcome }) => [stdout, outcome])).toEqual(
      results.map((_, n) => [`${n}`, { kind: "exited", exitCode: n, outOfMemory: false }]),
    );
  });

  it("fetches an image that is not here by its digest and tells how far it has come (37)", async () => {
    await using w = await world();
    const made = await w.image(
      `FROM ${busybox}\nRUN head -c 3000000 /dev/urandom > /${freshId()}\n`,
    );
    const reference = `${registry}/fetched:${freshId()}`;
    const { digest } = present(await w.images.push?.({ id: made.id }, reference, w.work));
    await w.images.remove?.({ id: made.id }, w.signal);
    // The engine's build cache would have the layers still.
    await w.engine.send({
      method: "POST",
      path: "/build/prune",
      query: { all: "1" },
      signal: w.signal,
    });

    const { outcome } = await w.finish(w.spec({ digest, reference }, "true"));
    expect(outcome).toMatchObject({ exitCode: 0 });

    await w.runs.sweep(w.owner, [], w.signal);
    await w.images.remove?.({ digest, reference }, w.signal);
    const before = w.events.length;
    const pulled = await w.images.pull?.(reference, w.work);
    expect(pulled).toMatchObject({ id: made.id, digest });
    expect(w.events.slice(before).some(({ kind }) => kind === "progress")).toBe(true);
  });

  it("does not write a file through a mount", async () => {
    await using w = await world();
    const spec = w.spec({ reference: busybox }, "true", {
      mounts: [{ source: w.dir.path, target: "/host", readOnly: false }],
      files: [secretFile("/host/secret")],
    });

    await expect(w.runs.start(spec, w.signal)).rejects.toMatchObject({ code: "invalid-request" });
  });

  it("gives the engine's own socket to a program that is not root", async () => {
    await using w = await world();
    const { id } = await w.image(named("app"));

    const { stdout } = await w.finish(
      w.spec({ id }, "test -w /var/run/docker.sock && echo usable", { engineSocket: "raw" }),
    );

    expect(stdout).toBe("usable\n");
  });

  it("refuses a second run of the same id", async () => {
    await using w = await world();
    const spec = w.spec({ reference: busybox }, "true");
    await w.finish(spec);

    await expect(w.runs.start(spec, w.signal)).rejects.toMatchObject({ code: "conflict" });
  });
});
