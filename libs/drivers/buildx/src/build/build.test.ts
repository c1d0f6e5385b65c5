import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { runCommand } from "@gantry/process";
import { ContentStore, parseReference, RegistryClient } from "@gantry/oci";
import { describe, expect, it } from "vitest";
import { engine } from "../../../../../tools/engines/require.ts";
import { BuildxWorld, freshId, present } from "../testing/buildx-world.ts";

const buildx = engine("buildx");

/** The SSH agent protocol: a question after keys, and the answer that there are none. */
const WHICH_KEYS = "000000010b";
const NO_KEYS = Buffer.from("000000050c00000000", "hex");

describe.skipIf(!buildx.available)("builds with buildx", () => {
  if (!buildx.available) return;
  const base = `FROM ${buildx.busybox}\n`;

  it("shows a secret to its step and stars to everybody else", async () => {
    await using world = await BuildxWorld.open(buildx, "remote");
    const value = `hush-${freshId()}`;
    const text = `${base}RUN --mount=type=secret,id=token cat /run/secrets/token\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token\n`;
    const secrets = [{ id: "token", read: async () => Buffer.from(value) }];
    const request = await world.request(text, { secrets, noCache: true });

    await present(world.create().build).build(request, world.work);

    expect(world.log()).toBe(`*****${value.length}\n`);
    expect(JSON.stringify(world.events)).not.toContain(value);
  });

  it("forwards an SSH agent to the step that asks for it", async () => {
    await using world = await BuildxWorld.open(buildx, "classic");
    const socket = join(world.dir.path, "agent.sock");
    const asked: string[] = [];
    const agent = createServer((peer) =>
      peer.on("data", (bytes: Buffer) => {
        asked.push(bytes.toString("hex"));
        peer.write(NO_KEYS);
      }),
    );
    agent.listen(socket);
    await once(agent, "listening");
    const client = `socket(S,AF_UNIX,SOCK_STREAM,0);connect(S,sockaddr_un($ENV{SSH_AUTH_SOCK}))||die;syswrite(S,pack("H*","${WHICH_KEYS}"));$x="";while(length($x)<9){sysread(S,$x,99,length($x))||last}print unpack("H*",$x)."\\n"`;
    // A Debian is large: it stays in the engine.
    const text = `FROM ${buildx.base}\nRUN --mount=type=ssh perl -MSocket -e '${client}'\n`;
    const ssh = [{ id: "default", socket }];

    const request = await world.request(text, { ssh, noCache: true });
    await present(world.create({ output: "engine" }).build).build(request, world.work);
    agent.close();

    expect(asked).toEqual([WHICH_KEYS]);
    expect(world.log()).toBe(`${NO_KEYS.toString("hex")}\n`);
  });

  it("builds for several platforms under one name, and tells of each in the order asked for", async () => {
    await using world = await BuildxWorld.open(buildx, "containerd");
    const platforms = ["linux/arm64", "linux/amd64"];
    const request = await world.request("FROM scratch\nCOPY f /f\n", { platforms });

    const { images } = await present(world.create().build).build(request, world.work);

    expect(images.map(({ platform }) => platform.architecture)).toEqual(["arm64", "amd64"]);
    const store = await ContentStore.openLayout(world.context.contentDir);
    const named = await store.resolve(parseReference(request.tags[0] ?? "").normalized);
    expect(named?.mediaType).toMatch(/image\.index/u);
  });

  it("writes a cache and builds from it when the builder has forgotten", async () => {
    await using world = await BuildxWorld.open(buildx, "remote");
    const dir = join(world.dir.path, "cache, of mine");
    const text = `${base}RUN echo ${freshId()} > /x\n`;
    const contextDir = await world.tree({});
    const build = present(world.create().build);
    const cacheTo = [{ type: "local", attributes: { dest: dir, mode: "max" } }];
    await build.build(await world.request(text, { contextDir, cacheTo }), world.work);
    const prune = ["prune", "--all", "--force", "--builder", "far"];
    await runCommand(buildx.program, prune, { env: world.options.environment ?? {} });

    const cacheFrom = [{ type: "local", attributes: { src: dir } }];
    const request = await world.request(text, { contextDir, cacheFrom });
    const { steps } = await build.build(request, world.work);

    expect(steps.find(({ title }) => title.includes("RUN"))?.cached).toBe(true);
  });

  it("pushes to a registry and fetches what the content store lacks", async () => {
    await using world = await BuildxWorld.open(buildx, "remote");
    const tags = ["one", "two"].map((tag) => `${buildx.registry}/pushed:${freshId()}${tag}`);
    const driver = world.create({ output: "registry" });
    const request = await world.request("FROM scratch\nCOPY f /f\nLABEL a=b\n", { tags });

    const { images } = await present(driver.build).build(request, world.work);

    const client = new RegistryClient({});
    for (const tag of tags) {
      const pushed = await client.resolve(parseReference(tag), { signal: world.signal });
      expect(pushed.digest).toBe(images[0]?.digest);
      const found = await driver.images?.inspect({ reference: tag }, world.signal);
      expect(found?.id).toBe(images[0]?.id);
    }
  });

  it("adds hosts, arguments and labels, and takes the network away", async () => {
    await using world = await BuildxWorld.open(buildx, "containerd");
    const text = `${base}ARG WORD\nRUN grep -c printer /etc/hosts; echo $WORD; ls /sys/class/net\n`;
    const request = await world.request(text, {
      extraHosts: ["printer:10.1.2.3"],
      buildArgs: { WORD: "a = b, c" },
      labels: { "org.example": '"x", y' },
      network: "none",
      noCache: true,
    });

    const { images } = await present(world.create().build).build(request, world.work);

    expect(world.log()).toBe("1\na = b, c\nlo\n");
    expect(images[0]?.labels).toEqual({ "org.example": '"x", y' });
  });

  it.each([
    ["multi-platform", { platforms: ["linux/amd64", "linux/arm64"] }],
    ["cache-to", { cacheTo: [{ type: "local", attributes: { dest: "/tmp/none" } }] }],
    ["named-contexts", { contexts: { other: "/tmp" } }],
  ])("refuses by its name what an engine's builder cannot do: %s", async (need, part) => {
    await using world = await BuildxWorld.open(buildx, "classic");
    const text = `${base}COPY --from=other none /x\n`;
    const request = await world.request(need === "named-contexts" ? text : base, part);

    const refused = present(world.create().build).build(request, world.work);

    await expect(refused).rejects.toMatchObject({ code: "unsupported", need });
  });

  it("names the line of a step that fails, its exit code and its last words", async () => {
    await using world = await BuildxWorld.open(buildx, "remote");
    const request = await world.request(`${base}RUN echo last words; exit 7\n`);

    const failing = present(world.create().build).build(request, world.work);

    await expect(failing).rejects.toMatchObject({
      code: "build-failed",
      message: expect.stringMatching(/exit code 7\.\nlast words/u),
      location: { path: request.dockerfile.path, line: 2 },
    });
  });

  it("keeps the ignore file of the context from counting beside that of the request", async () => {
    await using world = await BuildxWorld.open(buildx, "classic");
    const contextDir = await world.tree({ keep: "1", drop: "2", ".dockerignore": "keep\n" });
    const text = `${base}COPY . /c/\nRUN ls -A /c | tr '\\n' ' '\n`;

    const request = await world.request(text, { contextDir, ignore: "drop\n", noCache: true });
    await present(world.create().build).build(request, world.work);

    expect(world.log()).toBe(".dockerignore keep ");
  });
});
