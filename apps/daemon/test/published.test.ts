import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { author, host, publish, publishTogether, registry, somewhere } from "./support/publish.ts";
import { registryProxy } from "./support/registry-proxy.ts";
import { World, WROTE_STATE } from "./support/world.ts";

describe.skipIf(!registry.available)("a bundle that was published", { timeout: 120_000 }, () => {
  let place: string;
  beforeEach(() => {
    place = somewhere();
  });

  it("is run by its reference in another home, which remembers it", async () => {
    await using world = await World.open();
    const { helper, dir, reference } = await author(world, `${host}/${place}`);
    const { digest } = (await publish(helper, dir)).outcome.publish ?? {};
    await using other = await World.open();
    const stranger = await other.start();
    const source = { reference };

    const { plan } = await stranger.request("installation.plan", {
      source,
      cwd: "/",
      action: "install",
    });
    const installed = await stranger.act("upgrade", "sample", { source, force: true });
    const again = await stranger.act("upgrade", "sample");

    expect(plan.bundle.published).toEqual({ reference, digest });
    expect(plan.files.map(({ path }) => path)).toContain("/cnab/app/relocation-mapping.json");
    expect(installed.outcome.operation.failure).toBeUndefined();
    expect(again.outcome.operation.failure).toBeUndefined();
    const { installation } = await stranger.request("installation.show", { name: "sample" });
    expect(installation.status).toMatchObject({
      bundleReference: `${reference}@${digest}`,
      bundleDigest: digest,
    });
    const explained = await stranger.request("bundle.explain", { source });
    expect(explained).toMatchObject({ bundle: { name: "sample" }, published: { digest } });
  });

  it("is named after itself when no installation is named, and its version needs no v", async () => {
    await using world = await World.open();
    const { helper, dir, reference } = await author(world, `${host}/${place}`);
    await publish(helper, dir);
    const source = { reference: reference.replace(":v", ":") };

    const started = await helper.request("installation.install", { source, cwd: "/" });
    const { events, outcome } = await helper.finish(started);

    expect(started).toMatchObject({ installation: "sample" });
    expect(outcome.operation.failure).toBeUndefined();
    expect(JSON.stringify(events)).toContain("took v0.1.0");
  });

  it("needs what `docker login` kept, where the registry asks for it", async () => {
    await using world = await World.open();
    const expected = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    await using proxy = await registryProxy(host, {
      answer: ({ headers }, outgoing) => {
        if (headers.authorization === expected) return false;
        outgoing.writeHead(401, { "www-authenticate": 'Basic realm="test"' });
        outgoing.end();
        return true;
      },
    });
    const { helper, dir, reference } = await author(world, `${proxy.host}/${place}`);
    const auths = { [proxy.host]: { auth: expected.replace("Basic ", "") } };
    const config = await world.file("docker/config.json", JSON.stringify({ auths }));
    const known = await world.client({ DOCKER_CONFIG: join(config, "..") });

    const refused = await publish(helper, dir);
    const done = await publish(known, dir);

    expect(refused.outcome.operation.failure).toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining(proxy.host),
      hint: expect.stringContaining(`docker login ${proxy.host}`),
    });
    expect(done.outcome.operation.failure).toBeUndefined();
    await expect(helper.request("bundle.explain", { source: { reference } })).rejects.toMatchObject(
      { data: { code: "unauthorized" } },
    );
    const { published } = await known.request("bundle.explain", { source: { reference } });
    expect(published?.digest).toBe(done.outcome.publish?.digest);
  });

  it("goes by plain HTTP where that is allowed, and its installation remembers it", async () => {
    await using world = await World.open();
    // This machine under a name that is not known for a loopback.
    const far = host.replace("127.0.0.1", "[::ffff:7f00:1]");
    const { helper, dir, reference } = await author(world, `${far}/${place}`);
    const allowed = { insecureRegistry: true };
    const source = { reference };

    const refused = await publish(helper, dir);
    const done = await publish(helper, dir, allowed);
    const strict = helper.request("bundle.explain", { source });
    await expect(strict).rejects.toMatchObject({ data: { code: "registry-unreachable" } });
    const installed = await helper.act("upgrade", "sample", {
      source: { reference, ...allowed },
      force: true,
    });
    const later = await helper.act("upgrade", "sample");

    expect(refused.outcome.operation.failure).toMatchObject({ code: "registry-unreachable" });
    for (const { outcome } of [done, installed, later])
      expect(outcome.operation.failure).toBeUndefined();
  });

  it("is known after its registry went away, with a warning", async () => {
    await using world = await World.open();
    const proxy = await registryProxy(host, {});
    const { helper, dir, reference } = await author(world, `${proxy.host}/${place}`);
    await publish(helper, dir);
    const request = { source: { reference }, cwd: "/", action: "install" };
    const before = await helper.request("installation.plan", request);
    await proxy[Symbol.asyncDispose]();

    const { plan } = await helper.request("installation.plan", request);
    const other = { source: { reference: `${reference}-other` } };
    const unknown = helper.request("bundle.explain", other);

    expect(plan.bundle).toEqual(before.plan.bundle);
    expect(plan.warnings).toEqual([expect.stringContaining("cannot be reached")]);
    await expect(unknown).rejects.toMatchObject({ data: { code: "registry-unreachable" } });
  });

  it("is refused when a byte of it is not what its digest says", async () => {
    await using world = await World.open();
    const { helper, dir } = await author(world, `${host}/${place}`);
    await publish(helper, dir);
    await using proxy = await registryProxy(host, {
      alter: ({ url = "" }, body) =>
        url.includes("/blobs/") ? Buffer.from(body.toString().replace("sample", "simple")) : body,
    });
    const source = { reference: `${proxy.host}/${place}/sample:v0.1.0` };

    await expect(helper.request("bundle.explain", { source })).rejects.toMatchObject({
      data: { code: "image-mismatch" },
    });
  });

  it("is not taken for one that is only an image, or nothing", async () => {
    await using world = await World.open();
    const { helper, dir } = await author(world, `${host}/${place}`);
    const { image = "" } = (await publish(helper, dir)).outcome.publish ?? {};
    const wrong = [
      [image, "bundle-invalid"],
      [`${host}/${place}/none:1`, "not-found"],
      [`${host}/Upper/case`, "input-invalid"],
    ] as const;

    for (const [reference, code] of wrong) {
      const asked = helper.request("bundle.explain", { source: { reference } });
      await expect(asked).rejects.toMatchObject({ data: { code, hint: expect.any(String) } });
    }
  });

  it("is refused before it is fetched where nothing runs its platform", async () => {
    await using world = await World.open([
      { name: "solo", driver: "fake", options: { platform: "linux/s390x" } },
    ]);
    const { helper, dir, reference } = await author(world, `${host}/${place}`);
    await publish(helper, dir);
    await using other = await World.open();
    const stranger = await other.start();
    const request = { source: { reference }, cwd: "/", driver: "solo" };

    const started = await stranger.request("installation.install", request);
    const { outcome } = await stranger.finish(started);

    expect(outcome.operation.failure).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("linux/s390x"),
    });
  });

  it("[G-05] with an image for several platforms is run with the one that fits, then and later", async () => {
    const platforms = ["linux/amd64", "linux/s390x"];
    const made = [];
    for (const platform of platforms) {
      await using world = await World.open([
        { name: "solo", driver: "fake", options: { platform } },
      ]);
      const { helper, dir } = await author(world, `${host}/${place}`);
      made.push((await publish(helper, dir, { tag: platform.replace("/", "-") })).outcome);
    }
    const reference = `${host}/${place}/sample:all`;
    await publishTogether(reference, made, platforms);
    const scripts = {
      [made[1]?.build?.imageId ?? ""]: [WROTE_STATE, { print: "of s390x\n" }],
    };
    await using world = await World.open([
      { name: "fits", driver: "fake", options: { platform: "linux/s390x", scripts } },
      { name: "other", driver: "fake", options: { platform: "linux/arm64" } },
    ]);
    const helper = await world.start();
    const request = { source: { reference }, cwd: "/" };

    const first = await helper.finish(
      await helper.request("installation.install", { ...request, driver: "fits" }),
    );
    const later = await helper.act("upgrade", "sample");
    const refused = await helper.act("upgrade", "sample", { driver: "other" });

    for (const { outcome, log } of [first, later])
      expect([outcome.operation.failure, log]).toEqual([undefined, "of s390x\n"]);
    expect(refused.outcome.operation.failure).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("linux/amd64, linux/s390x"),
    });
  });
});
