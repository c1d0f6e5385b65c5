import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { describe, expect, it } from "vitest";
import { findAddress, formatAddress } from "./address.ts";
import { dockerDriver } from "./definition.ts";
import { dockerOptionsFromEnvironment, parseOptions } from "./options.ts";

async function addressOf(environment: Record<string, string>): Promise<string> {
  return formatAddress(await findAddress(dockerOptionsFromEnvironment(environment)));
}

async function addContext(dir: string, name: string, host: string): Promise<void> {
  const id = createHash("sha256").update(name).digest("hex");
  await mkdir(join(dir, "contexts/meta", id), { recursive: true });
  const meta = {
    Name: name,
    Metadata: {},
    Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
  };
  await writeFile(join(dir, "contexts/meta", id, "meta.json"), JSON.stringify(meta));
  await mkdir(join(dir, "contexts/tls", id, "docker"), { recursive: true });
  await writeFile(join(dir, "contexts/tls", id, "docker/ca.pem"), "CA");
}

describe("the engine's address", () => {
  it.each([
    [{}, "unix:///var/run/docker.sock"],
    [{ DOCKER_HOST: "unix:///x/y.sock" }, "unix:///x/y.sock"],
    [{ DOCKER_HOST: "tcp://build.example:1234" }, "tcp://build.example:1234"],
    [{ DOCKER_HOST: "ssh://me@far:2222/x.sock" }, "ssh://me@far:2222/x.sock"],
    [{ DOCKER_HOST: "build.example" }, "tcp://build.example:2375"],
    [
      { DOCKER_HOST: "tcp://build.example", DOCKER_TLS_VERIFY: "0", DOCKER_CERT_PATH: "/no" },
      "tcp://build.example:2376",
    ],
    [{ DOCKER_HOST: "unix:///a", DOCKER_CONTEXT: "ignored" }, "unix:///a"],
  ])("of %o is %s", async (environment, address) => {
    expect(await addressOf(environment)).toBe(address);
  });

  it("follows the current and the named context, with its TLS files", async () => {
    await using dir = await TempDir.create();
    await addContext(dir.path, "far", "tcp://far.example:2376");
    await addContext(dir.path, "near", "unix:///near.sock");
    await writeFile(join(dir.path, "config.json"), JSON.stringify({ currentContext: "near" }));

    expect(await addressOf({ DOCKER_CONFIG: dir.path })).toBe("unix:///near.sock");
    expect(
      await addressOf({ HOME: "/nobody", DOCKER_CONFIG: dir.path, DOCKER_CONTEXT: "default" }),
    ).toBe("unix:///var/run/docker.sock");
    const far = await findAddress(
      dockerOptionsFromEnvironment({ DOCKER_CONFIG: dir.path, DOCKER_CONTEXT: "far" }),
    );
    expect(far).toMatchObject({
      host: "far.example",
      port: 2376,
      tls: { verify: true, ca: Buffer.from("CA") },
    });
  });

  it.each([
    [{ DOCKER_CONTEXT: "nowhere" }, /context nowhere does not exist/u],
    [{ DOCKER_HOST: "ssh://me:secret@far" }, /me:…@far is not an address that ssh/u],
    [{ DOCKER_HOST: "ssh://-oProxyCommand=x/" }, /not an address that ssh/u],
    [{ DOCKER_HOST: "fd://" }, /not an address/u],
  ])("refuses %o", async (environment, message) => {
    await expect(addressOf(environment)).rejects.toMatchObject({
      code: "invalid-options",
      message: expect.stringMatching(message),
    });
  });

  it("refuses unknown options and two addresses at once", () => {
    expect(() => parseOptions({ hots: "x" })).toThrow(/hots/u);
    expect(() => parseOptions({ host: "unix:///a", context: "b" })).toThrow(/exclude/u);
  });

  it("tells what is wrong and what mends it when nothing listens", async () => {
    await using dir = await TempDir.create();
    const context = { stateDir: dir.path, contentDir: dir.path };
    await using driver = dockerDriver.create({ host: `unix://${dir.path}/none.sock` }, context);

    const probe = await driver.probe(AbortSignal.timeout(5_000));

    expect(probe.state).toBe("unavailable");
    expect(probe.problems[0]?.text).toContain("none.sock");
    expect(probe.problems[0]?.fix).toMatch(/Start the engine/u);
  });
});
