import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { operatingSystem, whyNotInstallable } from "../needs.ts";
import { newerPackages } from "./newer-packages.ts";

const why = whyNotInstallable();
const { codename } = operatingSystem();

describe.skipIf(why !== undefined)(`newerPackages${why === undefined ? "" : ` (${why})`}`, () => {
  let cache = "";
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), "gantry-cache-"));
    vi.stubEnv("XDG_CACHE_HOME", cache);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true, force: true });
  });

  it("leaves nothing half-made when there is no such package", async () => {
    const wanted = { suite: codename, packages: ["gantry-no-such-package"] };

    const failing = newerPackages(wanted, AbortSignal.timeout(100_000));

    await expect(failing).rejects.toThrow(/gantry-no-such-package/);
    const left = await readdir(join(cache, "gantry-engines"));
    expect(left.filter((name) => !name.endsWith(".lock"))).toEqual([]);
  }, 120_000);

  it("unpacks a package without installing it", async () => {
    const dir = await newerPackages(
      { suite: codename, packages: ["hello"] },
      AbortSignal.timeout(100_000),
    );

    expect(existsSync(join(dir, "usr/bin/hello"))).toBe(true);
  }, 120_000);
});
