import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pushImage, startRegistry } from "../engines/registry.ts";
import { Home } from "../machine/home.ts";
import { findProgram } from "../needs.ts";
import { imageDir, type ImageRecipe, storedImage } from "./image.ts";
import { busyboxRecipe } from "./recipes.ts";

const hasRegistry = findProgram("docker-registry") !== undefined;
const hasBusybox = findProgram("busybox") !== undefined;
const { signal } = new AbortController();

let cache = "";
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "gantry-image-"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
  vi.stubEnv("TMPDIR", cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

function recipe(fill: ImageRecipe["fill"]): ImageRecipe {
  return { name: "sample", key: ["1"], command: ["sh"], fill };
}

async function writeSample(root: string): Promise<void> {
  await writeFile(join(root, "tool"), "#!/bin/sh\n");
  await chmod(join(root, "tool"), 0o755);
}

describe("storedImage", () => {
  it("names each blob by the digest of what it holds", async () => {
    await using home = await Home.open(signal);

    const { blobs } = await storedImage(recipe(writeSample), home, signal);

    expect(blobs).toHaveLength(2);
    for (const { digest, file } of blobs) {
      const hex = createHash("sha256")
        .update(await readFile(file))
        .digest("hex");
      expect(digest).toBe(`sha256:${hex}`);
    }
  });

  it("makes an image once, and another one when its key changes", async () => {
    await using home = await Home.open(signal);
    const fill = vi.fn<ImageRecipe["fill"]>(writeSample);

    await Promise.all([1, 2].map(() => storedImage(recipe(fill), home, signal)));
    expect(fill).toHaveBeenCalledTimes(1);

    await storedImage({ ...recipe(fill), key: ["2"] }, home, signal);
    expect(fill).toHaveBeenCalledTimes(2);
  });

  it("keeps nothing of an image that could not be made", async () => {
    await using home = await Home.open(signal);
    const broken = recipe(async (root) => {
      await writeSample(root);
      throw new TypeError("no space left");
    });

    await expect(storedImage(broken, home, signal)).rejects.toThrow("no space left");

    expect(existsSync(imageDir(broken))).toBe(false);
    const kept = await readdir(join(cache, "gantry-engines"));
    expect(kept.filter((name) => !name.endsWith(".lock"))).toEqual([]);
    const again = await storedImage(recipe(writeSample), home, signal);
    expect(again.blobs).toHaveLength(2);
  });
});

describe.skipIf(!hasRegistry || !hasBusybox)("pushImage (skipped without a registry)", () => {
  it("pushes an image that the registry gives back, and can delete", async () => {
    await using home = await Home.open(signal);
    await using registry = await startRegistry(home, signal);
    const image = await storedImage(busyboxRecipe(), home, signal);

    await pushImage("library/busybox:stable", { registry: registry.address, image, signal });

    const base = `http://${registry.address}/v2/library/busybox`;
    const headers = { accept: "application/vnd.oci.image.manifest.v1+json" };
    const response = await fetch(`${base}/manifests/stable`, { headers });
    expect(await response.text()).toBe(await readFile(image.manifest, "utf8"));
    for (const { digest, file } of image.blobs) {
      const blob = await fetch(`${base}/blobs/${digest}`);
      expect(Buffer.from(await blob.arrayBuffer()).equals(await readFile(file))).toBe(true);
    }
    const digest = response.headers.get("docker-content-digest") ?? "";
    const deletion = await fetch(`${base}/manifests/${digest}`, { method: "DELETE" });
    expect(deletion.status).toBe(202);
  });
});
