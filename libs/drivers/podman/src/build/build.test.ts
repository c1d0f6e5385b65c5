import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { engine } from "../../../../../tools/engines/require.ts";
import { freshId, PodmanWorld, present } from "../testing/podman-world.ts";

const podman = engine("podman");
const facts = podman.available
  ? podman
  : { host: "", config: "", busybox: "", base: "", registry: "" };
const base = `FROM ${facts.busybox}\n`;

const world = (): Promise<PodmanWorld> => PodmanWorld.open(facts);

describe.skipIf(!podman.available)("builds with Podman", { timeout: 120_000 }, () => {
  it("show a secret to its step and stars to everybody else", async () => {
    await using w = await world();
    const value = `hush-${freshId()}`;
    const text = `${base}RUN --mount=type=secret,id=token echo "length $(wc -c < /run/secrets/token) $(cat /run/secrets/token)"\n`;
    const read = async (): Promise<Uint8Array> => Buffer.from(value);

    const { log } = await w.build(await w.request(text, { secrets: [{ id: "token", read }] }));

    expect(log).toBe(`length ${value.length} *****\n`);
    expect(JSON.stringify(w.events)).not.toContain(value);
  });

  it("hand over secrets that are no text as they are", async () => {
    await using w = await world();
    const bytes = Buffer.from([0, 255, 10, 0, 65]);
    const text = `${base}RUN --mount=type=secret,id=key od -An -tx1 < /run/secrets/key # ${freshId()}\n`;
    const secrets = [{ id: "key", read: async () => bytes }];

    const { log } = await w.build(await w.request(text, { secrets }));

    expect(log.trim()).toBe("00 ff 0a 00 41");
  });

  it("name the line of a step that asks for a secret that nobody gave", async () => {
    await using w = await world();
    const step = "RUN --mount=type=secret,id=deploy,required=true true";

    const failing = w.build(await w.request(`${base}${step}\n`));

    await expect(failing).rejects.toMatchObject({ code: "invalid-request", location: { line: 2 } });
  });

  it("keep the steps of a build in a repository and take them from there", async () => {
    await using w = await world();
    const cache = [
      { type: "registry", attributes: { ref: `${facts.registry}/cache-${freshId()}` } },
    ];
    const text = `${base}RUN echo ${freshId()} > /x\nRUN echo more >> /x\n`;
    const made = await w.build(await w.request(text, { cacheTo: cache }));
    await w.images.remove({ id: made.image.id }, w.signal);

    const again = await w.build(await w.request(text, { cacheFrom: cache }));

    const runs = again.steps.filter(({ title }) => title.includes("RUN"));
    expect(runs.map(({ cached }) => cached)).toEqual([true, true]);
  });

  it.each([
    ["cache-to", { cacheTo: [{ type: "local", attributes: { dest: "/tmp/x" } }] }],
    ["cache-from", { cacheFrom: [{ type: "gha", attributes: {} }] }],
    ["ssh", { ssh: [{ id: "default", socket: "/none" }] }],
    ["multi-platform", { platforms: ["linux/amd64", "linux/arm64"] }],
  ])("refuse by its name what Podman cannot do: %s", async (need, part) => {
    await using w = await world();

    const refused = w.build(await w.request(base, part));

    await expect(refused).rejects.toMatchObject({ code: "unsupported", need });
  });

  it("add hosts and labels, use named contexts, and take the network away", async () => {
    await using w = await world();
    const there = await w.context({ file: "from there\n" });
    const part = { contexts: { there }, noCache: true, labels: { "org.example": '="x"' } };
    const text = `${base}COPY --from=there file /f\nRUN cat /f; grep -c printer /etc/hosts\n`;
    const extraHosts = ["printer:10.1.2.3"];

    const { log, image } = await w.build(await w.request(text, { ...part, extraHosts }));
    const alone = await w.request(`${base}RUN ls /sys/class/net\n`, { network: "none" });

    expect(log).toBe("from there\n1\n");
    expect((await w.build(alone)).log).toMatch(/^lo\n/u);
    expect((await w.build(alone)).log).not.toMatch(/eth|ens/u);
    expect(image.labels["org.example"]).toBe('="x"');
  });

  it("look for a newer base when asked, and build for the platform asked for", async () => {
    await using w = await world();
    const part = { pull: true, platforms: [`linux/${process.arch === "x64" ? "amd64" : "arm64"}`] };

    const { log, image } = await w.build(await w.request(`${base}RUN echo made\n`, part));

    expect(log).toContain(`Trying to pull ${facts.busybox}`);
    expect(`${image.platform.os}/${image.platform.architecture}`).toBe(part.platforms[0]);
  });

  it("make the same image of the same request, labels and all", async () => {
    await using w = await world();
    const text = `${base}RUN echo ${freshId()} > /x\n`;
    const labels = Object.fromEntries(
      ["f", "e", "d", "c", "b", "a"].map((name) => [`org.${name}`, `=${name}`]),
    );
    const first = await w.build(await w.request(text, { labels }));

    for (let round = 0; round < 4; round += 1) {
      const { image } = await w.build(await w.request(text, { labels }));
      expect(image.id).toBe(first.image.id);
    }
    expect(first.image.labels).toMatchObject(labels);
  });

  it("name the line of a step that fails, its exit code and its last words", async () => {
    await using w = await world();

    const error = await w
      .build(await w.request(`${base}RUN true\nRUN echo goodbye; exit 42\n`))
      .catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: "build-failed", location: { line: 3 } });
    expect(String(error)).toMatch(/exit code 42[\s\S]*goodbye/u);
  });

  it("tell a missing base image from a registry that is away", async () => {
    await using w = await world();
    const missing = w.build(await w.request(`FROM ${facts.registry}/no-such:image\nRUN true\n`));
    await expect(missing).rejects.toMatchObject({ code: "image-not-found" });

    const away = w.build(await w.request("FROM 127.0.0.1:1/no/registry:here\nRUN true\n"));
    await expect(away).rejects.toMatchObject({ code: "registry-unreachable" });
  });

  it("keep what only Docker's format holds", async () => {
    await using w = await world();
    const text = `${base}SHELL ["/bin/sh", "-ec"]\nHEALTHCHECK CMD true\nRUN echo fine\n`;

    const { image, log } = await w.build(await w.request(text));
    const inspected = await w.podman("image", "inspect", image.id.slice(7));

    expect(log).toBe("fine\n");
    expect(JSON.parse(inspected)).toMatchObject([{ Healthcheck: { Test: ["CMD-SHELL", "true"] } }]);
  });

  it("let go at once when they are canceled, and make nothing of it later", async () => {
    await using w = await world();
    const seconds = `3.${process.pid}`;
    const abort = new AbortController();
    const name = freshId();
    await w.podman("tag", facts.busybox, `gantry.test/${name}:base`);
    const text = `FROM gantry.test/${name}:base\nRUN sleep ${seconds}; true\nRUN sleep 77${seconds}\n`;
    const request = await w.request(text);
    const work = { signal: abort.signal, report: async () => undefined };
    const building = present(w.driver.build).build(request, work);
    await expect.poll(() => isRunning(`sleep ${seconds}`), { timeout: 20_000 }).toBe(true);

    abort.abort();

    await expect(building).rejects.toMatchObject({ code: "canceled" });
    await expect.poll(() => isRunning(`sleep ${seconds}`), { timeout: 20_000 }).toBe(false);
    // Podman calls a working container after its base.
    const working = () => w.podman("ps", "--all", "--external", "--format={{.Names}}");
    await expect.poll(working, { timeout: 20_000 }).not.toContain(name);
    expect(await isRunning(`sleep 77${seconds}`)).toBe(false);
    const [reference = ""] = request.tags;
    expect(await w.images.inspect({ reference }, w.signal)).toBeUndefined();
    await w.podman("untag", `gantry.test/${name}:base`);
  });
});

async function isRunning(command: string): Promise<boolean> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.some((line) => line.replaceAll("\0", " ").trim() === command);
}
