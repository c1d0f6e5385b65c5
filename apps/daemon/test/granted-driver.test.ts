import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentDigest, DriverManifest } from "@gantry/driver-package";
import { expect, it } from "vitest";
import type { InstalledDriver, InstalledDrivers } from "../src/endpoints/installed-driver.ts";
import { ask, docker, dockerHost } from "./support/docker.ts";
import { World } from "./support/world.ts";

if (!docker.available) process.stderr.write(`a driver with an engine: skipped: ${docker.reason}\n`);

/** A driver whose probe tells what it gets from its engine. */
const DRIVER = `
const http = require("node:http");
const lines = require("node:readline").createInterface({ input: process.stdin });
const socketPath = (process.env.DOCKER_HOST || "").replace("unix://", "");
const ask = (method, path, body) => new Promise((resolve) => {
  const request = http.request({ socketPath, method, path, headers: { "Content-Type": "application/json" } }, (answer) => {
    let text = "";
    answer.on("data", (chunk) => (text += chunk)).on("end", () => resolve(answer.statusCode + " " + text.slice(0, 120)));
  });
  request.on("error", (error) => resolve(String(error)));
  request.end(body);
});
const waiting = new Map();
const askHost = (method, params) => new Promise((resolve) => {
  const id = "h" + waiting.size;
  waiting.set(id, resolve);
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\\n");
});
const secretOf = async (name) => {
  const { result, error } = await askHost("secret.named", { name });
  return result ? "got " + Buffer.from(result.value, "base64").toString().length : error.data.code;
};
const answers = {
  "driver.describe": async () => ({ protocols: [1], name: "peeker", version: "1.0.0", optionsSchema: { type: "object" } }),
  "driver.initialize": async () => ({ facets: { run: { platforms: ["linux/amd64"], features: [] } } }),
  "driver.shutdown": async () => ({}),
  "driver.probe": async () => {
    if (process.env.MODE !== "engine") {
      const secrets = [];
      for (const name of ["TOKEN", "UNSET", "OTHER"]) secrets.push(await secretOf(name));
      return { state: "ready", engine: secrets.join(" | ") + " | " + (await ask("GET", "/_ping")), problems: [] };
    }
    const ping = await ask("GET", "/_ping");
    const list = await ask("GET", "/containers/json?all=1");
    const host = { Image: "x", HostConfig: { Privileged: true } };
    const create = await ask("POST", "/containers/create", JSON.stringify(host));
    return { state: "ready", engine: [socketPath, ping, list, create].join(" | ").slice(0, 190), problems: [] };
  },
};
lines.on("line", async (line) => {
  const { id, method, ...answer } = JSON.parse(line);
  if (method === undefined) return waiting.get(id)?.(answer);
  if (id === undefined) return;
  const result = await answers[method]?.();
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
});
lines.on("close", () => process.exit(0));
`;

async function installed(dir: string, powers: object): Promise<InstalledDrivers> {
  await mkdir(dir);
  const manifest = DriverManifest.parse({
    schemaVersion: 1,
    name: "peeker",
    version: "1.0.0",
    publisher: "Somebody",
    protocols: [1],
    facets: ["run"],
    command: ["node", "./driver.cjs"],
    powers,
  });
  await writeFile(join(dir, "driver.cjs"), DRIVER);
  await writeFile(join(dir, "gantry-driver.json"), JSON.stringify(manifest));
  const one: InstalledDriver = {
    manifest,
    directory: dir,
    sha512: await contentDigest(dir, {}),
    granted: manifest.powers,
    source: dir,
    linked: false,
  };
  return {
    list: async () => [one],
    find: async (name) => (name === "peeker" ? one : undefined),
  };
}

it.skipIf(!docker.available)(
  "a driver that was granted an engine gets a filtered socket of it, and every call is on record",
  async () => {
    await using world = await World.open();
    const powers = { engine: { calls: ["run"], reach: [] }, environment: ["MODE"] };
    await world.daemon({
      installed: await installed(join(world.dir, "peeker"), powers),
      operatorEnvironment: { PATH: process.env["PATH"], DOCKER_HOST: dockerHost(), MODE: "engine" },
    });
    const helper = await world.client();
    const before = (await ask("/containers/json?all=1")) as unknown[];
    expect(Array.isArray(before)).toBe(true);

    const { endpoint } = await helper.request("driver.show", { name: "peeker" });

    const engine = "engine" in endpoint.probe ? endpoint.probe.engine : "";
    expect(engine).toContain("200 OK");
    expect(engine).toContain("| 200 []");
    expect(engine).toContain("| 403 ");
    expect(engine).not.toContain(dockerHost().replace("unix://", ""));
    const { entries } = await helper.request("audit.read", {});
    const mine = entries.filter(({ owner }) => owner.kind === "driver" && owner.name === "peeker");
    expect(mine.map(({ verdict }) => verdict)).toContain("denied");
    expect(mine.length).toBeGreaterThanOrEqual(3);
  },
  120_000,
);

it("a driver gets the operator's secrets that it was granted by name, and no others, and no engine", async () => {
  await using world = await World.open();
  const token = await world.file("token", "hunter2-of-the-operator");
  await world.file(
    "home/config.yaml",
    JSON.stringify({ secrets: { TOKEN: { path: token }, OTHER: { path: token } } }),
  );
  const powers = { secrets: ["TOKEN", "UNSET"] };
  await world.daemon({
    installed: await installed(join(world.dir, "peeker"), powers),
    operatorEnvironment: { PATH: process.env["PATH"], DOCKER_HOST: dockerHost() },
  });
  const helper = await world.client();

  const { endpoint } = await helper.request("driver.show", { name: "peeker" });

  expect(endpoint.probe).toMatchObject({
    engine: expect.stringMatching(/^got 23 \| not-found \| unauthorized \| Error/),
  });
}, 120_000);
