import { mkdtempSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  connectInProcess,
  describeDriver,
  describeTestImage,
  testDockerfile,
  type TestRunner,
} from "@gantry/driver-api/conformance";
import * as vitest from "vitest";
import { describe, expect, it } from "vitest";
import { engine } from "../../../../tools/engines/require.ts";
import { dockerDriver } from "./definition.ts";
import { Brokered } from "./testing/brokered.ts";
import { DockerWorld, freshId, present } from "./testing/docker-world.ts";

const docker = engine("docker");
const DRIVER = { kind: "driver", name: "docker" } as const;
const BUNDLE = { kind: "bundle", name: "default/hello" } as const;

const idOf = ({ value }: { readonly value: unknown }): string => (value as { Id: string }).Id;
const namesIn = (value: unknown): string[] =>
  (value as { Names: string[] }[]).flatMap(({ Names }) => Names);

/** Of the driver's contract, what goes through a broker in ways of its own; all of it passes, and takes a while. */
const CASES = [
  "build.trivial",
  "build.run-fails",
  "build.canceled",
  "build.secret",
  "images.round-trip",
  "images.remove-twice",
  "run.many-lines",
  "run.live-events",
  "run.files",
  "run.outputs-binary",
  "run.stop-kill",
  "run.recover",
  "run.sweep",
  "run.start-canceled",
  "run.mounts",
  "run.engine-brokered",
];

const runner = {
  ...vitest,
  it: (name: string, run: Parameters<TestRunner["it"]>[1], timeoutMs: number): void => {
    if (CASES.some((id) => name.startsWith(`${id}:`))) vitest.it(name, run, timeoutMs);
  },
};

describe.skipIf(!docker.available)("the docker driver through a broker", () => {
  if (!docker.available) return;
  const { host, busybox } = docker;
  const dir = mkdtempSync(join(tmpdir(), "gantry-docker-"));
  const opened = Brokered.open(host, DRIVER, {
    reach: ["capabilities", "host-mounts", "host-namespaces", "privileged"],
  });
  const opening = DockerWorld.open({ host });
  vitest.afterAll(async () => {
    await (await opening)[Symbol.asyncDispose]();
    await (await opened)[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });

  describeDriver(
    {
      name: "docker through a broker",
      connect: async () =>
        connectInProcess(dockerDriver, {
          options: { host: (await opened).host },
          context: { stateDir: dir, contentDir: dir },
        }),
      base: busybox,
      // Under a name that nobody else on the engine has.
      testImage: async (driver, signal) => {
        const world = await opening;
        const request = world.request(testDockerfile(busybox), await world.context({}));
        const built = await present(driver.build).build(request, { ...world.work, signal });
        return describeTestImage({ id: present(built.images[0]).id });
      },
      leftovers: async (runId) => {
        const filters = encodeURIComponent(JSON.stringify({ label: [`dev.gantry.run=${runId}`] }));
        const found = await (await opened).direct(
          "GET",
          `/containers/json?all=1&filters=${filters}`,
        );
        return (found.value as { Id: string }[]).map(({ Id }) => Id);
      },
    },
    runner,
  );
});

describe.skipIf(!docker.available)("a broker before a real engine", () => {
  if (!docker.available) return;
  const { host, busybox } = docker;

  /** A container of somebody else's that runs, with a volume and a network, and the owner's broker. */
  async function openWorld() {
    const stack = new AsyncDisposableStack();
    const world = stack.use(await Brokered.open(host, BUNDLE));
    const name = `other-${freshId()}`;
    const made = await world.direct("POST", `/containers/create?name=${name}`, {
      Image: "busybox:stable",
      Cmd: ["sleep", "600"],
      Env: ["SECRET=s3cr3t"],
      HostConfig: { NetworkMode: "none", Binds: [`${name}:/data`] },
    });
    stack.defer(async () => {
      await world.direct("DELETE", `/containers/${name}?force=1`);
      await world.direct("DELETE", `/volumes/${name}`);
      await world.direct("POST", `/containers/prune?filters=${own(world)}`);
      await world.direct("POST", `/volumes/prune?filters=${own(world)}`);
    });
    await world.direct("POST", `/containers/${name}/start`);
    await world.direct("POST", "/networks/create", { Name: name, Driver: "bridge" });
    stack.defer(async () => void (await world.direct("DELETE", `/networks/${name}`)));
    // The image is the owner's to use once a registry gave it.
    expect(await world.ask("POST", `/images/create?fromImage=${busybox}`)).toMatchObject({
      status: 200,
    });
    return { world, name, id: idOf(made), [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  const own = ({ labels }: Brokered): string =>
    encodeURIComponent(
      JSON.stringify({ label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) }),
    );

  it("hides what belongs to others, by name, by id and by the beginning of one", async () => {
    await using others = await openWorld();
    const { world, name, id } = others;

    for (const ref of [name, id, id.slice(0, 12), name.toUpperCase()]) {
      for (const [method, path] of [
        ["GET", "json"],
        ["GET", "logs?stdout=1"],
        ["GET", "archive?path=/etc"],
        ["GET", "export"],
        ["POST", "stop"],
        ["POST", "kill"],
        ["POST", "restart"],
        ["POST", "pause"],
        ["POST", "wait"],
        ["POST", "attach?stream=1"],
        ["POST", "rename?name=stolen"],
      ] as const) {
        expect(await world.ask(method, `/containers/${ref}/${path}`)).toMatchObject({
          status: 404,
        });
      }
      expect(await world.ask("POST", `/containers/${ref}/exec`, { Cmd: ["env"] })).toMatchObject({
        status: 404,
      });
      expect(
        await world.ask("POST", `/containers/${ref}/update`, { Memory: 10_000_000 }),
      ).toMatchObject({ status: 404 });
      expect(await world.ask("DELETE", `/containers/${ref}?force=1`)).toMatchObject({
        status: 404,
      });
    }
    expect(await world.ask("DELETE", `/volumes/${name}`)).toMatchObject({ status: 404 });
    expect(await world.ask("DELETE", `/networks/${name}`)).toMatchObject({ status: 404 });
    const lists = await Promise.all(
      ["/containers/json?all=1", "/volumes", "/networks", "/info"].map((path) =>
        world.ask("GET", path),
      ),
    );
    expect(JSON.stringify(lists)).not.toContain(name);
    for (const kind of ["containers", "volumes", "networks"])
      expect(await world.ask("POST", `/${kind}/prune`)).toMatchObject({ status: 200 });
    const after = await world.direct("GET", `/containers/${name}/json`);
    expect(after.value).toMatchObject({
      State: { Running: true },
      RestartCount: 0,
      HostConfig: { Memory: 0 },
    });
    expect(await world.direct("GET", `/volumes/${name}`)).toMatchObject({ status: 200 });
    expect(await world.direct("GET", `/networks/${name}`)).toMatchObject({ status: 200 });
  }, 60_000);

  it("refuses every way out of a container, says which power it takes, and writes it down", async () => {
    await using others = await openWorld();
    const { world, name } = others;
    const attacks: readonly (readonly [object, RegExp])[] = [
      [{ Privileged: true }, /reach: privileged/],
      [{ Binds: ["/:/host"] }, /reach: host-mounts/],
      [{ Mounts: [{ Type: "bind", Source: "/", Target: "/host" }] }, /reach: host-mounts/],
      [
        {
          Mounts: [
            {
              Type: "volume",
              Target: "/h",
              VolumeOptions: {
                DriverConfig: { Options: { type: "none", o: "bind", device: "/" } },
              },
            },
          ],
        },
        /reach: host-mounts/,
      ],
      [{ NetworkMode: "host" }, /reach: host-namespaces/],
      [{ PidMode: "host" }, /reach: host-namespaces/],
      [{ IpcMode: "host" }, /reach: host-namespaces/],
      [{ UTSMode: "host" }, /reach: host-namespaces/],
      [{ UsernsMode: "host" }, /reach: host-namespaces/],
      [{ CgroupnsMode: "host" }, /reach: host-namespaces/],
      [{ NetworkMode: `container:${name}` }, /No such container/],
      [{ PidMode: `container:${name}` }, /No such container/],
      [{ VolumesFrom: [name] }, /No such container/],
      [{ Binds: [`${name}:/data`] }, /No such volume/],
      [{ NetworkMode: name }, /No such network/],
      [{ CapAdd: ["SYS_ADMIN"] }, /reach: capabilities/],
      [{ SecurityOpt: ["seccomp=unconfined"] }, /reach: privileged/],
      [
        {
          Devices: [
            { PathOnHost: "/dev/mem", PathInContainer: "/dev/mem", CgroupPermissions: "rwm" },
          ],
        },
        /reach: privileged/,
      ],
      [{ DeviceCgroupRules: ["a *:* rwm"] }, /reach: privileged/],
      [{ Runtime: "evil" }, /reach: privileged/],
      [{ CgroupParent: "/" }, /reach: privileged/],
      [{ Sysctls: { "kernel.msgmax": "1" } }, /reach: privileged/],
      [{ MaskedPaths: [] }, /reach: privileged/],
      [{ privileged: true }, /not allowed/],
    ];

    for (const [config, message] of attacks) {
      const { status, message: said } = await world.ask("POST", "/containers/create", {
        Image: busybox,
        HostConfig: config,
      });
      expect([403, 404]).toContain(status);
      expect(said).toMatch(message);
    }
    const top = await world.ask("POST", "/v1.41/containers/create", {
      Image: busybox,
      Privileged: true,
      Binds: ["/:/h"],
    });
    expect(top.status).toBe(403);
    const created = await world.direct("GET", `/containers/json?all=1&filters=${own(world)}`);
    expect(created.value).toEqual([]);
    const denied = world.audit.filter(
      ({ path, verdict }) => path === "/containers/create" && verdict === "denied",
    );
    expect(denied).toHaveLength(attacks.length + 1);
    expect(denied.every(({ reason = "" }) => reason !== "")).toBe(true);
  });

  it("a start takes no configuration along, in a version that read one", async () => {
    await using others = await openWorld();
    const { world } = others;
    const made = idOf(
      await world.ask("POST", "/containers/create", {
        Image: busybox,
        Cmd: ["sleep", "60"],
        HostConfig: { NetworkMode: "none" },
      }),
    );

    expect(
      await world.ask("POST", `/v1.18/containers/${made}/start`, { Privileged: true }),
    ).toMatchObject({ status: 400 });
    expect(
      await world.ask("POST", `/v1.24/containers/${made}/start`, { Privileged: true }),
    ).toMatchObject({ status: 204 });
    const { value } = await world.direct("GET", `/containers/${made}/json`);
    expect(value).toMatchObject({
      HostConfig: { Privileged: false },
      Config: { Labels: world.labels },
    });
    const exec = await world.ask("POST", `/containers/${made}/exec`, {
      Cmd: ["id"],
      Privileged: true,
    });
    expect(exec).toMatchObject({
      status: 403,
      message: expect.stringContaining("reach: privileged"),
    });
    await world.ask("DELETE", `/containers/${made}?force=1`);
  });

  it("what its images carry makes no container of others the owner's", async () => {
    await using others = await openWorld();
    const { world, name } = others;
    const made = idOf(
      await world.ask("POST", "/containers/create", {
        Image: busybox,
        Cmd: ["true"],
        HostConfig: { NetworkMode: "none" },
      }),
    );
    const image = idOf(await world.ask("POST", `/commit?container=${made}&repo=${name}-image`));
    const foreign = idOf(
      await world.direct("POST", "/containers/create", { Image: image, Cmd: ["true"] }),
    );

    expect(await world.ask("GET", `/images/${image}/json`)).toMatchObject({ status: 200 });
    expect(await world.ask("GET", `/containers/${foreign}/json`)).toMatchObject({ status: 404 });
    await world.direct("DELETE", `/containers/${foreign}`);
    await world.ask("DELETE", `/containers/${made}`);
    expect(await world.ask("DELETE", `/images/${image}`)).toMatchObject({ status: 200 });
  });

  it("nor do labels that an image was made with elsewhere", async () => {
    await using others = await openWorld();
    const { world } = others;
    const labels = Object.entries(world.labels).map(([key, value]) => `LABEL ${key}=${value}`);
    const changes = labels.map((line) => `&changes=${encodeURIComponent(line)}`).join("");
    const base = idOf(
      await world.direct("POST", "/containers/create", { Image: "busybox:stable" }),
    );
    const image = idOf(await world.direct("POST", `/commit?container=${base}${changes}`));
    const body = { Image: image, Cmd: ["true"] };
    const foreign = idOf(await world.direct("POST", "/containers/create", body));

    const { value } = await world.direct("GET", `/containers/${foreign}/json`);
    expect(value).toMatchObject({ Config: { Labels: world.labels } });
    expect(await world.ask("GET", `/containers/${foreign}/json`)).toMatchObject({ status: 404 });
    expect(await world.ask("GET", "/containers/json?all=1")).toMatchObject({ value: [] });
    for (const id of [foreign, base]) await world.direct("DELETE", `/containers/${id}`);
    await world.direct("DELETE", `/images/${image}`);
  }, 60_000);

  it("images of others are not there until a registry gave them, and their names stay theirs", async () => {
    await using world = await Brokered.open(host, BUNDLE);

    expect(await world.ask("GET", "/images/busybox:stable/json")).toMatchObject({ status: 404 });
    expect(
      await world.ask("POST", "/containers/create", { Image: "busybox:stable" }),
    ).toMatchObject({ status: 404 });
    expect((await world.ask("GET", "/images/json")).value).toEqual([]);
    await world.ask("POST", `/images/create?fromImage=${busybox}`);
    expect(await world.ask("GET", `/images/${busybox}/json`)).toMatchObject({ status: 200 });
    expect(await world.ask("DELETE", `/images/${busybox}?force=1`)).toMatchObject({ status: 403 });
    expect(
      await world.ask("POST", `/images/${busybox}/tag?repo=debian&tag=stable-slim`),
    ).toMatchObject({ status: 403 });
  });

  it("an archive takes no name from an image of others", async () => {
    await using world = await Brokered.open(host, BUNDLE);
    const victim = `victim-${freshId()}`;
    await world.direct("POST", `/images/busybox:stable/tag?repo=${victim}&tag=1`);
    const before = idOf(await world.direct("GET", `/images/${victim}:1/json`));
    const dir = mkdtempSync(join(tmpdir(), "gantry-brokered-load-"));
    const script = `set -e
      mkdir tree image; echo evil > tree/file; tar -C tree -cf image/layer.tar .
      printf '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$(sha256sum < image/layer.tar | cut -d' ' -f1)" > image/config.json
      printf '[{"Config":"config.json","RepoTags":["${victim}:1"],"Layers":["layer.tar"]}]' > image/manifest.json
      tar -C image -cf image.tar . && docker load -i image.tar`;
    const env = { PATH: process.env["PATH"], DOCKER_HOST: world.host, DOCKER_CONFIG: dir };
    const child = spawn("sh", ["-c", script], {
      cwd: dir,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = await text(child.stdout);
    rmSync(dir, { recursive: true, force: true });

    expect(said).toContain(`Loaded image: ${victim}:1`);
    expect(idOf(await world.direct("GET", `/images/${victim}:1/json`))).toBe(before);
    await world.direct("DELETE", `/images/${victim}:1`);
  }, 60_000);

  it("two owners on one engine do not see each other", async () => {
    await using one = await Brokered.open(host, BUNDLE);
    await using two = await Brokered.open(host, BUNDLE);
    await one.ask("POST", `/images/create?fromImage=${busybox}`);
    const name = `of-one-${freshId()}`;
    await one.ask("POST", `/containers/create?name=${name}`, {
      Image: busybox,
      HostConfig: { NetworkMode: "none", Binds: [`${name}:/d`] },
    });

    expect(namesIn((await one.ask("GET", "/containers/json?all=1")).value)).toEqual([`/${name}`]);
    expect((await two.ask("GET", "/containers/json?all=1")).value).toEqual([]);
    expect(await two.ask("DELETE", `/containers/${name}`)).toMatchObject({ status: 404 });
    expect((await two.ask("GET", "/volumes")).value).toMatchObject({ Volumes: [] });
    expect(await one.ask("DELETE", `/containers/${name}?v=1`)).toMatchObject({ status: 204 });
    expect(await one.ask("DELETE", `/volumes/${name}`)).toMatchObject({ status: 204 });
  });

  it("the docker command works with it: attach, exec with an end of input, copy, logs, build", async () => {
    await using world = await Brokered.open(host, BUNDLE);
    const name = `cli-${freshId()}`;
    const dir = mkdtempSync(join(tmpdir(), "gantry-brokered-cli-"));
    const script = `set -e
      docker pull -q ${busybox} >/dev/null
      echo attached | docker run -i --rm --network none ${busybox} cat
      docker run -d --network none --name ${name} ${busybox} sh -c 'echo logged; sleep 60' >/dev/null
      echo through-exec | docker exec -i ${name} sh -c 'cat; exit 0'
      docker exec ${name} sh -c 'exit 7' || echo code $?
      echo copied > file; docker cp file ${name}:/tmp/file; docker cp ${name}:/tmp/file back; cat back
      docker logs ${name}
      head -c 5000000 /dev/urandom > big; docker exec -i ${name} cat < big | cmp - big && echo same
      docker rm -f ${name} >/dev/null
      printf 'FROM ${busybox}\\nRUN echo built\\n' > Dockerfile
      DOCKER_BUILDKIT=0 docker build -q -t ${name}:1 . >/dev/null
      docker run --rm --network none ${name}:1 echo from-own-image
      docker rmi -f ${name}:1 >/dev/null
      docker run --rm --privileged ${busybox} true 2>&1 | grep -o '"reach: privileged"'`;
    const child = spawn("sh", ["-c", script], {
      cwd: dir,
      env: { PATH: process.env["PATH"], DOCKER_HOST: world.host, DOCKER_CONFIG: dir },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
    rmSync(dir, { recursive: true, force: true });

    if (out.split("\n").length < 9) process.stderr.write(complaints);
    expect(out.split("\n")).toEqual([
      "attached",
      "through-exec",
      "code 7",
      "copied",
      "logged",
      "same",
      "from-own-image",
      '"reach: privileged"',
      "",
    ]);
  }, 120_000);

  it("events of the owner's containers pass as they happen, and no others", async () => {
    await using world = await Brokered.open(host, BUNDLE);
    await using driver = await DockerWorld.open({ host });
    await world.ask("POST", `/images/create?fromImage=${busybox}`);
    const since = Math.floor(Date.now() / 1000) - 1;
    await driver.finish(driver.spec({ reference: busybox }, "true"));
    const made = idOf(
      await world.ask("POST", "/containers/create", {
        Image: busybox,
        Cmd: ["true"],
        HostConfig: { NetworkMode: "none" },
      }),
    );
    await world.ask("DELETE", `/containers/${made}`);

    const until = Math.floor(Date.now() / 1000) + 1;
    const { message } = await world.ask("GET", `/events?since=${since}&until=${until}`);

    const events = message
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { Action: string; id: string });
    expect(events.map(({ Action, id }) => [Action, id])).toEqual([
      ["create", made],
      ["destroy", made],
    ]);
  });
});
