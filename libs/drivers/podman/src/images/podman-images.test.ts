import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engine } from "../../../../../tools/engines/require.ts";
import { freshId, PodmanWorld } from "../testing/podman-world.ts";

const podman = engine("podman");
const facts = podman.available ? podman : { host: "", config: "", busybox: "", registry: "" };

const world = (): Promise<PodmanWorld> => PodmanWorld.open(facts);

async function blobsOf(layout: string): Promise<Map<string, number>> {
  const dir = join(layout, "blobs/sha256");
  const names = await readdir(dir);
  const entries = names.map(async (name) => [name, (await stat(join(dir, name))).ino] as const);
  return new Map(await Promise.all(entries));
}

describe.skipIf(!podman.available)("Podman's images", { timeout: 90_000 }, () => {
  it("are written into a layout with the layers that it lacks, and keep their id", async () => {
    await using w = await world();
    const layout = join(w.dir.path, "layout");
    const one = await w.image(`FROM ${facts.busybox}\nRUN echo ${freshId()} > /one\n`);
    const two = await w.image(`FROM ${facts.busybox}\nRUN echo ${freshId()} > /two\n`);
    await w.images.exportTo({ id: one.id }, layout, w.work);
    const before = await blobsOf(layout);

    await w.images.exportTo({ id: two.id }, layout, w.work);
    const after = await blobsOf(layout);

    for (const [blob, inode] of before) expect(after.get(blob)).toBe(inode);
    // The second image's own layer, its configuration and its manifest.
    expect(after.size - before.size).toBe(3);
  });

  it("are taken out of a layout without the layers that Podman has", async () => {
    await using w = await world();
    const layout = join(w.dir.path, "layout");
    const made = await w.image(`FROM ${facts.busybox}\nRUN echo ${freshId()} > /one\n`);
    const digest = await w.images.exportTo({ id: made.id }, layout, w.work);
    await w.images.remove({ id: made.id }, w.signal);
    const layers = await w.podman(
      "image",
      "inspect",
      "--format",
      "{{.RootFS.Layers}}",
      facts.busybox,
    );
    const [busybox = ""] = /[0-9a-f]{64}/u.exec(layers) ?? [];
    await unlink(join(layout, "blobs/sha256", busybox));

    const back = await w.images.importFrom(layout, digest, w.work);

    expect(back.id).toBe(made.id);
    const { stdout } = await w.finish(w.spec({ id: back.id }, "ls /one"));
    expect(stdout).toBe("/one\n");
  });

  it("keep their id also in Docker's format", async () => {
    await using w = await world();
    const layout = join(w.dir.path, "layout");
    const made = await w.image(
      `FROM ${facts.busybox}\nHEALTHCHECK CMD true\nLABEL n=${freshId()}\n`,
    );

    const digest = await w.images.exportTo({ id: made.id }, layout, w.work);
    await w.images.remove({ id: made.id }, w.signal);
    const back = await w.images.importFrom(layout, digest, w.work);

    expect(back.id).toBe(made.id);
  });

  it("are known by the digest of the registry that they came from, and not by one of Podman's own", async () => {
    await using w = await world();
    const made = await w.image(`FROM ${facts.busybox}\nRUN echo ${freshId()} > /x\n`);
    const reference = `${facts.registry}/pushed:${freshId()}`;
    await w.podman("push", "--tls-verify=false", made.id.slice(7), `docker://${reference}`);
    const served = await fetch(`http://${reference.replace(/\/(\w+):/u, "/v2/$1/manifests/")}`, {
      headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
    });
    const digest = served.headers.get("docker-content-digest");

    const beside = await w.images.pull(reference, w.work);
    await w.images.remove({ id: made.id }, w.signal);
    const anew = await w.images.pull(reference, w.work);
    const known = await w.images.inspect({ id: made.id }, w.signal);

    expect(made.digest).toBeUndefined();
    for (const image of [beside, anew, known]) expect(image).toMatchObject({ id: made.id, digest });
    expect(w.events.some(({ kind }) => kind === "progress")).toBe(true);
  });

  it("have the names that people write, also without a registry", async () => {
    await using w = await world();
    const made = await w.image(`FROM ${facts.busybox}\nLABEL n=${freshId()}\n`);
    const reference = `hello-${freshId()}:1`;

    await w.images.tag({ id: made.id }, reference, w.signal);
    const found = await w.images.inspect({ reference }, w.signal);
    await w.images.remove({ reference }, w.signal);

    expect(found?.references).toContain(reference);
    expect(await w.images.inspect({ reference }, w.signal)).toBeUndefined();
  });

  it("stay when a container stands on them, and so does the container", async () => {
    await using w = await world();
    const made = await w.image(`FROM ${facts.busybox}\nLABEL n=${freshId()}\n`);
    const { run } = await w.finish(w.spec({ id: made.id }, "true"));

    const removal = w.images.remove({ id: made.id }, w.signal);

    await expect(removal).rejects.toMatchObject({ code: "conflict" });
    expect(await w.runs.recover(run.id, w.signal)).toBeDefined();
    await run.remove(w.signal);
    await w.images.remove({ id: made.id }, w.signal);
    expect(await w.images.inspect({ id: made.id }, w.signal)).toBeUndefined();
  });

  it("are told from a registry that is away and from a name that is not there", async () => {
    await using w = await world();

    await expect(w.images.pull(`${facts.registry}/no:thing`, w.work)).rejects.toMatchObject({
      code: "image-not-found",
    });
    await expect(w.images.pull("127.0.0.1:1/no:thing", w.work)).rejects.toMatchObject({
      code: "registry-unreachable",
    });
  });
});
