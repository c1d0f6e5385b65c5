import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { writeSample } from "../../../libs/driver-sources/src/testing/sample-driver.ts";
import { ChildDaemon } from "./support/child.ts";
import { World } from "./support/world.ts";

/** A registry that hands out the beginning of a tarball, and no more. */
async function stuckRegistry(world: World): Promise<{ url: string; asked: Promise<unknown> }> {
  const asked = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    if (request.url?.endsWith(".tgz") === true) {
      response.write(Buffer.alloc(100_000, 7));
      asked.resolve();
      return;
    }
    const dist = { tarball: `${url}stuck.tgz`, integrity: `sha512-${"A".repeat(86)}==` };
    const versions = { "1.0.0": { name: "stuck", version: "1.0.0", dist } };
    response.end(JSON.stringify({ "dist-tags": { latest: "1.0.0" }, versions }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  world.use({
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/`;
  return { url, asked: asked.promise };
}

describe("a daemon that is killed while it fetches a driver", () => {
  it("leaves nothing half, and the next one goes on", async () => {
    await using world = await World.open();
    const registry = await stuckRegistry(world);
    const first = ChildDaemon.start(world);
    const client = await first.client();
    const environment = { HOME: world.dir, NPM_CONFIG_REGISTRY: registry.url };
    const fetching = client.request("driver.inspect", { spec: "npm:stuck", cwd: "/", environment });
    fetching.catch(() => undefined);
    await registry.asked;
    expect(await readdir(`${world.home}/driver-packages`)).toHaveLength(1);

    await first.kill("SIGKILL");
    await expect(fetching).rejects.toBeInstanceOf(Error);
    const second = ChildDaemon.start(world);
    const again = await second.client();

    expect(await readdir(`${world.home}/driver-packages`)).toEqual([]);
    const spec = await writeSample(`${world.dir}/driver`);
    const { source, sha512 = "" } = await again.request("driver.inspect", { spec, cwd: "/" });
    await again.request("driver.install", { source, sha512, grant: ["all"] });
    expect((await again.request("driver.packages", {})).packages).toHaveLength(1);
  });

  it("stops when its client goes away", async () => {
    await using world = await World.open();
    const registry = await stuckRegistry(world);
    const helper = await world.start();
    const environment = { HOME: world.dir, NPM_CONFIG_REGISTRY: registry.url };
    const request = { spec: "npm:stuck", cwd: "/", environment };
    const fetching = helper.request("driver.inspect", request);
    fetching.catch(() => undefined);
    await registry.asked;

    await helper.client[Symbol.asyncDispose]();

    await expect(fetching).rejects.toBeInstanceOf(Error);
    await expect
      .poll(() => readdir(`${world.home}/driver-packages`), { timeout: 20_000 })
      .toEqual([]);
  });
});
