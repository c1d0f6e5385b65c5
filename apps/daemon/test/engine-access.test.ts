import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ChildDaemon } from "./support/child.ts";
import { ask, containersOf, docker, dockerWorld, driverAt, ON_DEBIAN } from "./support/docker.ts";
import { apart, type Fields, type Helper, printed, World } from "./support/world.ts";

/** Talks to the socket that the bundle finds, with the Node that every bundle has. Prints `NAME STATUS MESSAGE`. */
const CALLS = `const http = require("node:http");
const ask = (method, path, body) => new Promise((resolve, reject) => {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  http.request({ socketPath: "/var/run/docker.sock", method, path, headers, agent: false }, (answer) => {
    let said = "";
    answer.on("data", (data) => (said += data)).on("end", () => resolve({ status: answer.statusCode, said }));
  }).on("error", (error) => resolve({ status: error.code, said: "" })).end(body && JSON.stringify(body));
});
const show = async (name, ...call) => {
  const { status, said } = await ask(...call);
  console.log(name, status, said.slice(0, 800).trim());
  return said;
};
`;

const NODE = "/cnab/app/runtime/node";

function bundleOf(script: string, fields: Fields = {}): readonly [Fields, Record<string, string>] {
  const run = [{ exec: { command: NODE, arguments: ["talk.cjs"] } }];
  return [
    { ...ON_DEBIAN, required: ["docker"], install: run, uninstall: run, ...fields },
    { "talk.cjs": `${CALLS}(async () => {\n${script}\n})();\n` },
  ];
}

async function auditOf(helper: Helper, owner: string): Promise<string[]> {
  const { entries } = await helper.request("audit.read", { owner });
  return entries.map(({ verdict, method, path }) => `${verdict} ${method} ${path}`);
}

describe("a bundle that requires the engine", () => {
  it("is refused by an endpoint without one, and privileged mode takes the second word", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle({ required: [{ docker: { privileged: true } }] });

    const none = await helper.install(dir);
    const first = await helper.install(dir, { allowDockerHostAccess: true });
    const second = await helper.install(dir, { allowDockerHostAccess: "raw" });

    expect(none.outcome.operation.failure).toMatchObject({ code: "not-granted" });
    expect(first.outcome.operation.failure?.hint).toContain("--privileged");
    expect(second.outcome.operation.failure).toMatchObject({
      details: expect.arrayContaining(["runner has no engine-socket"]),
    });
  });
});

describe.skipIf(!docker.available)("a bundle that requires the engine, on a real one", () => {
  it("gets a filtered socket: what it makes is its installation's, what others have is not there", async () => {
    await using world = await dockerWorld();
    const helper = await world.start();
    const [fields, files] = bundleOf(
      `await show("ping", "GET", "/_ping");
await show("list", "GET", "/containers/json?all=1");
await show("volume", "POST", "/volumes/create", { Name: "kept-" + process.env.CNAB_REVISION });
await show("volumes", "GET", "/volumes");
await show("privileged", "POST", "/containers/create", { Image: "x", HostConfig: { Privileged: true } });
await show("myself", "GET", "/containers/" + require("node:os").hostname() + "/json");`,
      { name: "brokered" },
    );
    const dir = await world.bundle(fields, files);

    const { log, outcome } = await helper.install(dir, { allowDockerHostAccess: true });

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
    expect(log).toMatch(/^ping 200 OK$/m);
    expect(log).toMatch(/^list 200 \[\]$/m);
    const [volume = "none"] = /kept-\w+/.exec(log) ?? [];
    expect(log).toMatch(new RegExp(`^volumes 200 .*"${volume}"`, "m"));
    expect(log).toMatch(/^privileged 403 .*reach: privileged/m);
    expect(log).toMatch(/^myself 404 /m);
    expect(await readdir(join(world.home, "brokers"))).toEqual([]);
    expect(await auditOf(helper, "brokered")).toEqual([
      "allowed GET /_ping",
      "allowed GET /containers/json",
      "allowed POST /volumes/create",
      "allowed GET /volumes",
      "denied POST /containers/create",
      "denied GET /containers/{container}/json",
    ]);
    const next = await helper.act("uninstall", "brokered", { allowDockerHostAccess: true });
    expect(next.log).toMatch(new RegExp(`^volumes 200 .*"${volume}"`, "m"));
    for (const [name] of next.log.matchAll(/kept-\w+/g))
      await ask(`/volumes/${name}`, { method: "DELETE" });
  }, 120_000);

  it("gets the engine's own by the second word only, and that is in no audit", async () => {
    await using world = await dockerWorld();
    const helper = await world.start();
    const script = `const said = await show("myself", "GET", "/containers/" + require("node:os").hostname() + "/json");`;
    const dir = await world.bundle(...bundleOf(script, { name: "raw" }));

    const { log } = await helper.install(dir, { allowDockerHostAccess: "raw" });

    expect(log).toMatch(/^myself 200 /m);
    expect(await auditOf(helper, "raw")).toEqual([]);
  }, 120_000);

  it("sees the images that it pulled when it was installed, in its next run, with another daemon, and nobody else does", async () => {
    await using world = await dockerWorld();
    const [name = "", tag = ""] = (docker.available ? docker.busybox : "").split(/:(?=[^:/]*$)/);
    const script = `const image = "${name}:${tag}";
const pull = "/images/create?fromImage=${encodeURIComponent(name)}&tag=${tag}";
if (process.env.CNAB_ACTION === "install" && process.env.CNAB_INSTALLATION_NAME === "puller") await ask("POST", pull);
await show("image", "GET", "/images/" + image + "/json");`;
    const [fields, files] = bundleOf(script, { name: "puller" });
    const dir = await world.bundle({ ...fields, upgrade: fields["install"] }, files);
    const first = await world.daemon();
    const helper = await world.client();
    const installed = await helper.install(dir, { allowDockerHostAccess: true });
    await first[Symbol.asyncDispose]();

    await world.daemon();
    const next = await world.client();
    const upgraded = await next.act("upgrade", "puller", { allowDockerHostAccess: true });
    const other = await next.install(dir, { installation: "other", allowDockerHostAccess: true });

    expect([installed.log, upgraded.log].map((log) => /^image \d+/m.exec(log)?.[0])).toEqual([
      "image 200",
      "image 200",
    ]);
    expect(other.log).toMatch(/^image 404/m);
  }, 240_000);

  it("has it again after the daemon was killed: the next one opens it at the same place", async () => {
    await using world = await dockerWorld();
    const [fields, files] = bundleOf(
      `const states = [];
while (states.join() !== "up,away,up") {
  const state = (await ask("GET", "/_ping")).status === 200 ? "up" : "away";
  if (state !== states.at(-1)) console.log("now", state), states.push(state);
  await new Promise((resolve) => setTimeout(resolve, 100));
}
await show("volumes", "GET", "/volumes");`,
      { name: "survivor" },
    );
    const dir = await world.bundle(fields, files);
    const first = ChildDaemon.start(world);
    const helper = await first.client();
    const started = await helper.begin(dir, { allowDockerHostAccess: true });
    await helper.said(started, printed("now up"));
    await first.kill("SIGKILL");
    await untilAway(world);

    const next = await ChildDaemon.start(world).client();
    const { log, outcome } = await next.finish(started);

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
    expect(log.match(/^now .*$/gm)).toEqual(["now up", "now away", "now up"]);
    expect(log).toMatch(/^volumes 200 /m);
    expect((await auditOf(next, "survivor")).at(-1)).toBe("allowed GET /volumes");
    expect(await readdir(join(world.home, "brokers"))).toEqual([]);
    expect(await containersOf("survivor")).toEqual([]);
  }, 120_000);
});

/** Until the run, asked of its engine, has seen that nobody answers any more. */
async function untilAway(world: World): Promise<void> {
  const driver = driverAt(world);
  const signal = AbortSignal.timeout(60_000);
  const [container] = (await containersOf("survivor")) as { Labels: Record<string, string> }[];
  const run = await driver.run?.recover(container?.Labels["dev.gantry.run"] ?? "", signal);
  if (run === undefined) throw new TypeError("there is no run");
  for await (const { event } of run.events(undefined, signal)) {
    if (event.kind === "log" && event.text.includes("away")) return;
  }
}
