import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { engine } from "../../../../tools/engines/require.ts";
import { annotatedArchive, archiveOf, brokenArchive } from "./testing/archives.ts";
import { Brokered } from "./testing/brokered.ts";
import { freshId } from "./testing/podman-world.ts";

const podman = engine("podman");
const { host, busybox } = podman.available ? podman : { host: "", busybox: "" };
const ALL = ["capabilities", "host-mounts", "host-namespaces", "privileged"] as const;
const Made = z.object({ Id: z.string() });

/** A container that belongs to nobody who is asked about here. */
async function foreign(world: Brokered) {
  const name = `foreign-${freshId()}`;
  const body = { name, image: busybox, command: ["sleep", "1000"] };
  const made = await world.direct("POST", "/containers/create", body);
  expect(made.body).toContain("Id");
  const { Id } = Made.parse(JSON.parse(made.body));
  await world.direct("POST", `/containers/${name}/start`);
  const gone = () => world.direct("DELETE", `/containers/${name}?force=true&timeout=0`);
  return { name, Id, [Symbol.asyncDispose]: async () => void (await gone()) };
}

/** Podman may stumble over a layer that another test takes away at the same moment. */
async function pulled(world: Brokered): Promise<void> {
  const path = `/images/pull?reference=${busybox}&policy=never&tlsVerify=false`;
  const pull = () => world.ask("POST", path);
  await expect.poll(pull, { timeout: 20_000 }).toMatchObject({
    status: 200,
    body: expect.stringContaining('"id"'),
  });
}

/** Takes away a name that a test gave. */
function untagged(world: Brokered, repo: string): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => void (await world.direct("DELETE", `/images/${repo}:1`)),
  };
}

describe.skipIf(!podman.available)("Podman through a filtered socket", { timeout: 60_000 }, () => {
  it.each([
    ["a privileged container", "privileged", { privileged: true }],
    ["a directory of the host", "host-mounts", { mounts: [bind("/etc")] }],
    ["a log written over a file of the host", "host-mounts", { log_configuration: { path: "/x" } }],
    ["the host's network", "host-namespaces", { netns: { nsmode: "host" } }],
    ["a capability of the host's", "capabilities", { cap_add: ["CAP_SYS_ADMIN"] }],
  ])("gives nobody %s without the reach %s", async (_, reach, more) => {
    await using world = await Brokered.open(
      host,
      ALL.filter((one) => one !== reach),
    );
    await pulled(world);
    const body = { name: freshId(), image: busybox, command: ["true"], ...more };

    const { status, body: said } = await world.ask("POST", "/containers/create", body);

    expect(status).toBe(403);
    expect(said).toContain(`reach: ${reach}`);
    expect((await world.direct("GET", `/containers/${body.name}/json`)).status).toBe(404);
    expect(world.audit.at(-1)).toMatchObject({
      verdict: "denied",
      path: "/libpod/containers/create",
    });
  });

  it.each([
    ["the host's processes", { pidns: { nsmode: "host" } }],
    ["the host's users", { userns: { nsmode: "host" } }],
    ["another's network", { netns: { nsmode: "container", value: "x" } }],
    ["a network by a path", { netns: { nsmode: "path", value: "/proc/1/ns/net" } }],
    ["a device", { devices: [{ path: "/dev/sda" }] }],
    ["a volume by its options", { volumes: [{ Name: "v", Dest: "/v", Options: ["O"] }] }],
    ["another's volumes", { volumes_from: ["x"] }],
    ["another runtime", { oci_runtime: "/bin/sh" }],
    ["hooks and annotations", { annotations: { "run.oci.hooks": "x" } }],
    ["an unconfined profile", { seccomp_policy: "image" }],
    ["a root file system of the host", { rootfs: "/" }],
    ["the service's own environment", { env_host: true }],
    ["the service's own proxies", { httpproxy: true }],
    ["a secret of Podman's", { secret_env: { X: "token" } }],
    ["a field in another spelling", { Privileged: true }],
    [
      "a file of the host as a memory file system",
      { mounts: [{ ...bind("/etc"), type: "tmpfs" }] },
    ],
    ["a mount of a kind nobody knows", { mounts: [{ ...bind("/etc"), type: "glob" }] }],
    ["another's label", { labels: { "dev.gantry.broker": "driver/other/podman" } }],
  ])("gives nobody %s, whatever was granted", async (_, more) => {
    await using world = await Brokered.open(host, ALL);
    await pulled(world);
    const body = { name: freshId(), image: busybox, command: ["true"], ...more };

    const { status } = await world.ask("POST", "/containers/create", body);

    expect(status).toBe(403);
    expect((await world.direct("GET", `/containers/${body.name}/json`)).status).toBe(404);
  });

  it("writes a log where the caller may read and not write, and takes it away with the container", async () => {
    await using world = await Brokered.open(host);
    await pulled(world);
    const name = freshId();
    const at = (file: string) => {
      const log = { driver: "k8s-file", path: join(world.logsDir, file) };
      return { name, image: busybox, command: ["echo", "said"], log_configuration: log };
    };

    for (const file of ["../x.log", "sub/x.log", "x", ".log"])
      expect((await world.ask("POST", "/containers/create", at(file))).status).toBe(403);
    expect((await world.ask("POST", "/containers/create", at("x.log"))).status).toBe(201);
    await world.ask("POST", `/containers/${name}/start`);
    await world.ask("POST", `/containers/${name}/wait`);

    expect(await readFile(join(world.logsDir, "x.log"), "utf8")).toMatch(/ stdout F said\n$/u);
    expect((await world.ask("DELETE", `/containers/${name}?force=true`)).status).toBe(200);
    expect(await readdir(world.logsDir)).toEqual([]);
  });

  it("shows nobody what is somebody else's", async () => {
    await using world = await Brokered.open(host, ALL);
    await using other = await foreign(world);

    for (const ref of [other.name, other.Id, other.Id.slice(0, 12)]) {
      const about = `/containers/${ref}`;
      const calls = [
        ["GET", `${about}/json`],
        ["GET", `${about}/logs?stdout=true`],
        ["GET", `${about}/archive?path=/etc`],
        ["PUT", `${about}/archive?path=/`],
        ["POST", `${about}/kill?signal=KILL`],
        ["POST", `${about}/exec`],
        ["DELETE", `${about}?force=true`],
      ] as const;
      for (const [method, path] of calls) {
        const body = path.endsWith("/exec") ? { Cmd: ["true"] } : undefined;
        expect([path, (await world.ask(method, path, body)).status]).toEqual([path, 404]);
      }
    }
    const { body } = await world.ask("GET", "/containers/json?all=true");
    expect(body).not.toContain(other.Id);
    const still = await world.direct("GET", `/containers/${other.name}/json`);
    expect(still.body).toContain('"Running":true');
  });

  it("shows nobody an image before its registry was asked for it", async () => {
    await using world = await Brokered.open(host, ALL);
    const create = { name: freshId(), image: busybox, command: ["true"] };

    expect((await world.ask("GET", `/images/${busybox}/json`)).status).toBe(404);
    expect((await world.ask("GET", `/images/${busybox}/get`)).status).toBe(404);
    expect((await world.ask("POST", "/containers/create", create)).status).toBe(404);
    await pulled(world);
    expect((await world.ask("GET", `/images/${busybox}/json`)).status).toBe(200);
    expect((await world.ask("GET", "/images/json")).body).toContain("busybox");
    // It was there before, so it is not the caller's to take away.
    expect((await world.ask("DELETE", `/images/${busybox}`)).status).toBe(403);
    expect((await world.ask("POST", `/images/${busybox}/untag`)).status).toBe(403);
  });

  it.each([
    "dir:/etc",
    "oci-archive:/tmp/x.tar",
    "docker-daemon:x:y",
    "containers-storage:x",
    "busybox",
  ])("pulls nothing by the name of %s", async (reference) => {
    await using world = await Brokered.open(host, ALL);

    const path = `/images/pull?reference=${encodeURIComponent(reference)}&policy=never`;

    expect((await world.ask("POST", path)).status).toBe(403);
  });

  it.each([
    ["a secret from elsewhere", `secrets=${encodeURIComponent('["id=a,src=../../etc/shadow"]')}`],
    ["a secret of the service's", `secrets=${encodeURIComponent('["id=a,env=HOME"]')}`],
    ["a Dockerfile from elsewhere", "dockerfile=../../etc/passwd"],
    ["a result that is written to the host", "outputs=/tmp/x"],
    ["volumes of the host", "volumes=/etc:/host"],
    ["a device", "devices=/dev/sda"],
    ["a looser profile", "seccomp=unconfined"],
    ["capabilities", "addcaps=CAP_SYS_ADMIN"],
    ["a namespace of the host", `nsoptions=${encodeURIComponent('[{"Name":"pid","Host":true}]')}`],
    ["the service's proxies", "httpproxy=true"],
    ["a context from elsewhere", "remote=http://127.0.0.1/x"],
  ])("builds with nothing that is %s", async (_, parameter) => {
    await using world = await Brokered.open(host, ALL);
    const archive = await archiveOf({ Dockerfile: "FROM scratch\nLABEL a=b\n" });

    expect((await world.ask("POST", `/build?${parameter}`, archive)).status).toBe(403);
  });

  it("gives a name back that an archive took and then failed", async () => {
    await using world = await Brokered.open(host);
    const repo = `localhost/${freshId()}`;
    await world.direct("POST", `/images/${busybox}/tag?repo=${repo}&tag=1`);
    await using _gone = untagged(world, repo);
    const before = await world.direct("GET", `/images/${repo}:1/json`);

    const { status } = await world.ask("POST", "/images/load", await brokenArchive(`${repo}:1`));

    expect(status).toBe(500);
    const after = await world.direct("GET", `/images/${repo}:1/json`);
    expect(Made.parse(JSON.parse(after.body))).toEqual(Made.parse(JSON.parse(before.body)));
  });

  it.each(["run.oci.seccomp.receiver", "org.systemd.property.DeviceAllow", "of.some.hook"])(
    "runs no image whose annotation %s the runtime could obey",
    async (annotation) => {
      await using world = await Brokered.open(host, ["host-mounts"]);
      const repo = `localhost/${freshId()}`;
      const archive = await annotatedArchive(`${repo}:1`, annotation);
      expect((await world.ask("POST", "/images/load", archive)).status).toBe(200);
      await using _gone = untagged(world, repo);
      const create = { name: freshId(), image: `${repo}:1`, command: ["true"] };

      const { status, body } = await world.ask("POST", "/containers/create", create);

      expect([status, body]).toEqual([403, expect.stringContaining(annotation)]);
      expect((await world.direct("GET", `/containers/${create.name}/json`)).status).toBe(404);
    },
  );

  it("gives a program no variable that only the service has", async () => {
    await using world = await Brokered.open(host, ALL);
    await pulled(world);
    const name = freshId();
    const body = { name, image: busybox, command: ["sleep", "1000"] };
    expect((await world.ask("POST", "/containers/create", body)).status).toBe(201);
    await world.ask("POST", `/containers/${name}/start`);

    for (const variable of ["HOME", "CONTAINERS_*", "*"]) {
      const exec = { Cmd: ["env"], Env: [variable] };
      expect((await world.ask("POST", `/containers/${name}/exec`, exec)).status).toBe(403);
    }

    const privileged = { Cmd: ["id"], Privileged: true };
    await using narrow = await Brokered.open(host);
    expect((await narrow.ask("POST", `/containers/${name}/exec`, privileged)).status).toBe(404);
    expect((await world.ask("DELETE", `/containers/${name}?force=true&timeout=0`)).status).toBe(
      200,
    );
  });

  it.each([
    ["POST", "/containers/prune"],
    ["POST", "/system/prune"],
    ["GET", "/secrets/json"],
    ["POST", "/pods/create"],
    ["POST", "/play/kube"],
    ["POST", "/volumes/create"],
    ["GET", "/events"],
    ["POST", "/commit?container=x"],
    ["POST", "/images/import"],
    ["GET", "/generate/x/systemd"],
    ["POST", "/containers/x/checkpoint"],
  ])("does not know %s %s", async (method, path) => {
    await using world = await Brokered.open(host, ALL);

    expect((await world.ask(method, path)).status).toBe(403);
  });
});

function bind(source: string) {
  return { type: "bind", source, destination: "/mnt" };
}
