import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseReference } from "@gantry/oci";
import { beforeEach, describe, expect, it } from "vitest";
import { ChildDaemon } from "./support/child.ts";
import {
  author,
  bundleAt,
  client,
  host,
  publish,
  registry,
  somewhere,
  stop,
  tagOf,
} from "./support/publish.ts";
import { type Meddling, registryProxy } from "./support/registry-proxy.ts";
import { World } from "./support/world.ts";

describe.skipIf(!registry.available)("a bundle that is published", { timeout: 120_000 }, () => {
  let place: string;
  beforeEach(() => {
    place = somewhere();
  });

  it("[B-21, G-01, G-03, L-01] is there to the byte, by digest, with all that it names", async () => {
    await using world = await World.open();
    const { helper, dir, reference } = await author(world, `${host}/${place}`);

    const { outcome } = await publish(helper, dir);

    expect(outcome.operation.failure).toBeUndefined();
    const { publish: made, build } = outcome;
    expect(made).toMatchObject({ name: "sample", version: "0.1.0", reference });
    const index = await client.manifest(parseReference(reference), stop);
    expect([index.descriptor.digest, index.descriptor.mediaType]).toEqual([
      made?.digest,
      "application/vnd.oci.image.index.v1+json",
    ]);
    const bundle = await bundleAt(reference);
    const image = `${host}/${place}/sample@${bundle.invocationImages[0].contentDigest}`;
    expect(bundle.invocationImages).toMatchObject([{ image, size: expect.any(Number) }]);
    expect(made).toMatchObject({ image, relocation: { [image]: image } });
    expect(build).toMatchObject({ upToDate: false });
    // The directory's own bundle.json stays that of the build.
    const own = JSON.parse(await readFile(join(dir, ".cnab/bundle.json"), "utf8"));
    expect(own.invocationImages[0].image).toContain(":porter-");
  });

  it("names the ways elsewhere when nobody answers at its registry", async () => {
    await using world = await World.open();
    const { helper, dir } = await author(world, `127.0.0.1:65432/${place}`);

    const { outcome } = await publish(helper, dir);

    expect(outcome.operation.failure).toMatchObject({
      code: "registry-unreachable",
      hint: expect.stringMatching(/--registry .*--reference/),
    });
  });

  it("is not replaced unless that is asked for, and then nothing is sent again", async () => {
    await using world = await World.open();
    await using proxy = await registryProxy(host, {});
    const { helper, dir, reference } = await author(world, `${proxy.host}/${place}`);
    const first = await publish(helper, dir);
    const before = proxy.seen.length;

    const refused = await publish(helper, dir);
    const forced = await publish(helper, dir, { force: true });

    expect(first.outcome.publish?.blobs.sent).toBeGreaterThan(0);
    expect(refused.outcome.operation.failure).toMatchObject({
      code: "conflict",
      message: expect.stringContaining(reference),
      hint: expect.stringContaining("--force"),
    });
    expect(refused.outcome.build).toBeUndefined();
    expect(forced.outcome.publish).toMatchObject({
      digest: first.outcome.publish?.digest,
      blobs: { sent: 0, mounted: 0 },
      sentBytes: 0,
    });
    expect(proxy.seen.slice(before).filter((line) => /uploads/.test(line))).toEqual([]);
  });

  it("takes what it sent before from another repository of the registry", async () => {
    await using world = await World.open();
    const { helper, dir } = await author(world, `${host}/${place}`);
    await publish(helper, dir);

    const { outcome } = await publish(helper, dir, { registry: `${host}/${place}/elsewhere` });

    expect(outcome.publish).toMatchObject({
      reference: `${host}/${place}/elsewhere/sample:v0.1.0`,
      blobs: { sent: 0, mounted: 1 },
    });
  });

  it("is not replaced when somebody else was faster", async () => {
    await using world = await World.open();
    const theirs = { bytes: Buffer.from('{"schemaVersion":2,"manifests":[]}'), mediaType: INDEX };
    const faster: Meddling = {
      // The last thing that is sent before the tag is looked at again.
      before: async ({ method, url = "" }) => {
        if (method === "PUT" && url.includes("/manifests/sha256:"))
          await client.pushManifest(parseReference(`${host}/${place}/sample:v0.1.0`), theirs, stop);
      },
    };
    await using proxy = await registryProxy(host, faster);
    const { helper, dir, reference } = await author(world, `${proxy.host}/${place}`);

    const { outcome } = await publish(helper, dir);

    expect(outcome.operation.failure).toMatchObject({ code: "conflict" });
    const there = await client.manifest(parseReference(reference), stop);
    expect(Buffer.from(there.bytes)).toEqual(theirs.bytes);
  });

  it("takes an image that it deploys from the engine where no registry has it, or says who has not", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const registry = `${host}/${place}`;
    const other = await helper.build(await world.bundle({ registry, name: "other" }));
    const tag = other.outcome.build?.image.replace(/.*:/, "") ?? "";
    const deploying = (of: string) => ({
      images: { web: { repository: `${registry}/${of}`, tag } },
    });

    const held = await publish(helper, await world.bundle({ registry, ...deploying("other") }));
    const absent = await publish(
      helper,
      await world.bundle({ registry, name: "lacking", ...deploying("none") }),
    );

    const { publish: made, operation } = held.outcome;
    expect(operation.failure).toBeUndefined();
    const { images } = await bundleAt(made?.reference ?? "");
    expect(images.web.image).toBe(`${registry}/other@${images.web.contentDigest}`);
    expect(made?.relocation).toMatchObject({
      [images.web.image]: `${registry}/sample@${images.web.contentDigest}`,
    });
    expect(absent.outcome.operation.failure).toMatchObject({
      code: "not-found",
      message: expect.stringContaining(`${registry}/none:${tag}`),
    });
    expect(await tagOf(`${registry}/lacking:v0.1.0`)).toBeUndefined();
  });

  it("[G-02] is published with Docker's types where the registry knows no other, and read again", async () => {
    await using world = await World.open();
    const seen: string[] = [];
    await using proxy = await registryProxy(host, {
      answer: ({ method, headers, url = "" }, outgoing) => {
        const type = headers["content-type"] ?? "";
        if (method !== "PUT" || !url.includes("/manifests/")) return false;
        seen.push(type);
        // The first is the image itself.
        if (seen.length === 1 || type.includes("docker")) return false;
        outgoing.writeHead(400, { "content-type": "application/json" });
        outgoing.end('{"errors":[{"code":"MANIFEST_INVALID","message":"unknown type"}]}');
        return true;
      },
    });
    const { helper, dir, reference } = await author(world, `${proxy.host}/${place}`);

    const { outcome } = await publish(helper, dir);

    const { digest } = outcome.publish ?? {};
    expect(outcome.operation.failure).toBeUndefined();
    expect(seen).toEqual([MANIFEST, MANIFEST, MANIFEST, DOCKER_MANIFEST, INDEX, DOCKER_LIST]);
    const { published } = await helper.request("bundle.explain", { source: { reference } });
    expect(published).toEqual({ reference, digest });
  });

  it("is not published to a digest, nor without a source", async () => {
    await using world = await World.open();
    const { helper, dir } = await author(world, `${host}/${place}`);
    const digest = `sha256:${"1".repeat(64)}`;

    const digested = await publish(helper, dir, { reference: `${host}/${place}/x@${digest}` });
    const sourceless = await helper.finish(await helper.request("bundle.publish", { source: {} }));

    for (const { outcome } of [digested, sourceless])
      expect(outcome.operation.failure).toMatchObject({ code: "input-invalid" });
  });

  it("is not there at all when the daemon was killed in the middle, and is published by the next one", async () => {
    await using world = await World.open();
    const held = Promise.withResolvers<void>();
    let isOpen = false;
    await using proxy = await registryProxy(host, {
      before: ({ method }) => {
        if (isOpen || method !== "PUT") return undefined;
        held.resolve();
        return new Promise(() => undefined);
      },
    });
    const dir = await world.bundle({ registry: `${proxy.host}/${place}` });
    const tag = `${host}/${place}/sample:v0.1.0`;
    const first = ChildDaemon.start(world);
    const helper = await first.client();
    const started = await helper.request("bundle.publish", { source: { dir } });
    await held.promise;
    await first.kill("SIGKILL");
    isOpen = true;

    const next = await ChildDaemon.start(world).client();
    const { outcome } = await next.finish(started);

    expect(outcome.operation).toMatchObject({
      status: "interrupted",
      failure: { message: expect.stringContaining("in the middle of the publish") },
    });
    expect(await tagOf(tag)).toBeUndefined();
    const again = await publish(next, dir);
    expect(again.outcome.operation.failure).toBeUndefined();
    expect(await tagOf(tag)).toBe(again.outcome.publish?.digest);
  });

  it("is not there at all when publishing was cancelled in the middle", async () => {
    await using world = await World.open();
    const held = Promise.withResolvers<void>();
    await using proxy = await registryProxy(host, {
      before: ({ method, url = "" }) => {
        if (method !== "PUT" || !url.includes("/manifests/sha256:")) return undefined;
        held.resolve();
        // Until the connection is gone.
        return new Promise(() => undefined);
      },
    });
    const { helper, dir, reference } = await author(world, `${proxy.host}/${place}`);
    const started = await helper.request("bundle.publish", { source: { dir } });
    await held.promise;

    await helper.request("operation.cancel", { ...started, kill: false });
    const { outcome } = await helper.finish(started);

    expect(outcome.operation).toMatchObject({ status: "canceled" });
    expect(outcome.publish).toBeUndefined();
    expect(await tagOf(reference.replace(proxy.host, host))).toBeUndefined();
  });

  it("is not made of another image than the one that was built, whatever the driver hands over", async () => {
    await using world = await World.open();
    const script = fileURLToPath(new URL("hostile/driver.ts", import.meta.url));
    const command = [process.execPath, script, "other-image"];
    await world.configure([{ name: "hostile", command }]);
    const { helper, dir, reference } = await author(world, `${host}/${place}`);
    await helper.build(dir, { driver: "hostile" });

    const { outcome } = await publish(helper, dir, { autobuild: false });

    expect(outcome.operation.failure).toMatchObject({
      code: "protocol",
      message: expect.stringMatching(
        /^Endpoint hostile wrote sha256:\w+ instead of the image sha256:a+\.$/,
      ),
    });
    expect(await tagOf(reference)).toBeUndefined();
  });
});

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
