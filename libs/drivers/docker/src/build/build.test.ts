import { execFile } from "node:child_process";
import { once } from "node:events";
import { symlink, writeFile, utimes, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { engine as testEngine } from "../../../../../tools/engines/require.ts";
import type { BuildRequest } from "@gantry/driver-api";
import { DockerWorld, freshId, present } from "../testing/docker-world.ts";

const docker = testEngine("docker");
const host = docker.available ? docker.host : "";
const busybox = docker.available ? docker.busybox : "";
const debian = docker.available ? docker.base : "";
const registry = docker.available ? docker.registry : "";
const base = `FROM ${busybox}\n`;

const world = (): Promise<DockerWorld> => DockerWorld.open({ host });

async function build(w: DockerWorld, request: BuildRequest) {
  const from = w.events.length;
  const result = await present(w.driver.build).build(request, w.work);
  const log = w.events.slice(from).flatMap((event) => (event.kind === "log" ? [event.text] : []));
  return { ...result, log: log.join(""), image: present(result.images[0]) };
}

describe.skipIf(!docker.available)("builds on a Docker Engine", () => {
  it("shows a secret to its step and stars to everybody else", async () => {
    await using w = await world();
    const value = `hush-${freshId()}`;
    const text = `${base}RUN --mount=type=secret,id=token echo "length $(wc -c < /run/secrets/token) $(cat /run/secrets/token)"\n`;
    const read = async (): Promise<Uint8Array> => Buffer.from(value);
    const request = w.request(text, await w.context({}), {
      secrets: [{ id: "token", read }],
      noCache: true,
    });

    const { log } = await build(w, request);

    expect(log).toBe(`length ${value.length} *****\n`);
    expect(JSON.stringify(w.events)).not.toContain(value);
  });

  it("fails when a step asks for a secret that nobody gave", async () => {
    await using w = await world();
    const text = `${base}RUN --mount=type=secret,id=token,required=true cat /run/secrets/token\n`;

    const failing = build(w, w.request(text, await w.context({})));

    await expect(failing).rejects.toMatchObject({ code: "invalid-request", location: { line: 2 } });
  });

  it("names the line of a step that asks for an agent that nobody gave", async () => {
    await using w = await world();
    const text = `${base}RUN --mount=type=ssh,id=deploy,required=true true\n`;

    const failing = build(w, w.request(text, await w.context({})));

    await expect(failing).rejects.toMatchObject({ code: "invalid-request", location: { line: 2 } });
  });

  it("forwards an SSH agent to the step that asks for it", async () => {
    await using w = await world();
    const socket = join(w.dir.path, "agent.sock");
    const agent = createServer((peer) =>
      peer.on("data", (bytes) => peer.end(`echo ${bytes.toString()}`)),
    );
    agent.listen(socket);
    await once(agent, "listening");
    const client =
      'socket(S,AF_UNIX,SOCK_STREAM,0);connect(S,sockaddr_un($ENV{SSH_AUTH_SOCK}))||die;syswrite(S,"hello-agent");sysread(S,$x,99);print "$x\\n"';
    const text = `FROM ${debian}\nRUN --mount=type=ssh,id=default perl -MSocket -e '${client}'\n`;
    const request = w.request(text, await w.context({}), {
      ssh: [{ id: "default", socket }],
      noCache: true,
    });

    const { log } = await build(w, request);
    agent.close();

    expect(log).toBe("echo hello-agent\n");
  });

  it("sends modes and links as they are, and only what is not ignored", async () => {
    await using w = await world();
    const contextDir = await w.context({
      "run.sh": "#!/bin/sh\n",
      "a/b": "1",
      "a/skip": "2",
      "c/.dockerignore": "",
    });
    await symlink("a/b", join(contextDir, "link"));
    await promisify(execFile)("chmod", ["0750", join(contextDir, "run.sh")]);
    const text = `${base}COPY . /ctx/\nRUN cd /ctx && stat -c '%n %a %u' run.sh && readlink link && find . -type f | sort\n`;

    const { log } = await build(
      w,
      w.request(text, contextDir, { ignore: "a/skip\n", noCache: true }),
    );

    expect(log).toBe("run.sh 750 0\na/b\n./a/b\n./c/.dockerignore\n./run.sh\n");
  });

  it("copies through a link in the path that COPY names", async () => {
    await using w = await world();
    const contextDir = await w.context({ "real/file": "linked" });
    await symlink("real", join(contextDir, "alias"));

    const { log } = await build(
      w,
      w.request(`${base}COPY alias/file /f\nRUN cat /f\n`, contextDir, { noCache: true }),
    );

    expect(log).toBe("linked");
  });

  it("notices a changed file of the same size", async () => {
    await using w = await world();
    const contextDir = await w.context({ f: "one" });
    const text = `${base}COPY f /f\nRUN cat /f # ${freshId()}\n`;
    const first = await build(w, w.request(text, contextDir));
    await writeFile(join(contextDir, "f"), "two");

    const second = await build(w, w.request(text, contextDir));

    expect([first.log, second.log]).toEqual(["one", "two"]);
  });

  it("does not carry out a step again because a file was only touched", async () => {
    await using w = await world();
    const contextDir = await w.context({ f: freshId() });
    const request = w.request(`${base}COPY f /f\n`, contextDir);
    const first = await build(w, request);
    const { atime, mtime } = await stat(join(contextDir, "f"));
    await utimes(join(contextDir, "f"), atime, new Date(mtime.getTime() + 60_000));

    const second = await build(w, request);

    expect(second.image.id).toBe(first.image.id);
    expect(second.steps.find(({ title }) => title.includes("COPY"))?.cached).toBe(true);
  });

  it("writes an inline cache and reads it from a registry", async () => {
    await using w = await world();
    const reference = `${registry}/cached:${freshId()}`;
    const text = `${base}RUN echo ${freshId()} > /x\n`;
    const contextDir = await w.context({});
    const made = await build(
      w,
      w.request(text, contextDir, { cacheTo: [{ type: "inline", attributes: {} }] }),
    );
    await w.images.push?.({ id: made.image.id }, reference, w.work);
    await w.images.remove?.({ id: made.image.id }, w.signal);
    const prune = {
      method: "POST",
      path: "/build/prune",
      query: { all: "1" },
      signal: w.signal,
    } as const;
    await w.engine.send(prune);

    const cacheFrom = [{ type: "registry", attributes: { ref: reference } }];
    const again = await build(w, w.request(text, contextDir, { cacheFrom }));

    expect(again.steps.find(({ title }) => title.includes("RUN"))?.cached).toBe(true);
  });

  it.each([
    ["cache-to", { cacheTo: [{ type: "local", attributes: { dest: "/tmp/x" } }] }],
    ["cache-from", { cacheFrom: [{ type: "gha", attributes: {} }] }],
    ["named-contexts", { contexts: { other: "/tmp" } }],
    ["multi-platform", { platforms: ["linux/amd64", "linux/arm64"] }],
  ])("refuses by its name what the engine cannot do: %s", async (need, part) => {
    await using w = await world();

    const refused = build(w, w.request(base, await w.context({}), part));

    await expect(refused).rejects.toMatchObject({ code: "unsupported", need });
  });

  it("adds hosts and labels, and takes the network away", async () => {
    await using w = await world();
    const text = `${base}RUN grep -c printer /etc/hosts; ls /sys/class/net\n`;
    const request = w.request(text, await w.context({}), {
      extraHosts: ["printer:10.1.2.3"],
      network: "none",
      labels: { "org.example": '="x"' },
      noCache: true,
    });

    const { log, image } = await build(w, request);

    expect(log).toBe("1\nlo\n");
    expect(image.labels["org.example"]).toBe('="x"');
  });

  it("names the line of a step that fails, its exit code and its last words", async () => {
    await using w = await world();
    const text = `${base}RUN true\nRUN echo goodbye; exit 42\n`;

    const error = await build(w, w.request(text, await w.context({}))).catch(
      (reason: unknown) => reason,
    );

    expect(error).toMatchObject({ code: "build-failed", location: { line: 3 } });
    expect(String(error)).toMatch(/exit code 42[\s\S]*goodbye/u);
  });

  it("tells a missing base image from a registry that is away", async () => {
    await using w = await world();
    const missing = build(
      w,
      w.request(`FROM ${registry}/no-such:image\nRUN true\n`, await w.context({})),
    );
    await expect(missing).rejects.toMatchObject({ code: "image-not-found" });

    const away = build(
      w,
      w.request("FROM 127.0.0.1:1/no/registry:here\nRUN true\n", await w.context({})),
    );
    await expect(away).rejects.toMatchObject({ code: "registry-unreachable" });
  });

  it("stops the engine's work within a second of an abort", async () => {
    await using w = await world();
    const marker = `sleep ${100_000 + process.pid}`;
    const request = w.request(`${base}RUN ${marker}\n`, await w.context({}));
    const abort = new AbortController();
    const started = Promise.withResolvers<void>();
    const building = present(w.driver.build).build(request, {
      signal: abort.signal,
      report: async (event) => {
        if (event.kind === "step" && event.title.includes(marker)) started.resolve();
      },
    });
    await started.promise;
    await expect.poll(() => running(marker), { timeout: 10_000 }).toBe(true);

    abort.abort();

    await expect(building).rejects.toMatchObject({ code: "canceled" });
    await expect.poll(() => running(marker), { timeout: 1_000 }).toBe(false);
  });
});

async function running(marker: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"]);
  return stdout.split("\n").includes(marker);
}
