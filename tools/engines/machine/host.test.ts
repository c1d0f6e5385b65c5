import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freeSubnet, outgoingMtu, restoreShared } from "./host.ts";

describe("freeSubnet", () => {
  it("is none that this machine is in", () => {
    const prefix = freeSubnet().replace("0/24", "");

    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    expect(prefix).toMatch(/^10\.213\.\d+\.$/);
    expect(addresses.filter(({ address }) => address.startsWith(prefix))).toEqual([]);
  });
});

describe("outgoingMtu", () => {
  it("is a size that every way out can carry", async () => {
    const mtu = await outgoingMtu();

    expect(mtu).toBeGreaterThanOrEqual(1280);
    expect(mtu).toBeLessThanOrEqual(1500);
  });
});

describe("restoreShared", () => {
  it("removes only empty folders", async () => {
    await using undo = new AsyncDisposableStack();
    const dir = await mkdtemp(join(tmpdir(), "gantry-host-"));
    undo.defer(() => rm(dir, { recursive: true }));
    const paths = ["empty", "used"].map((name) => join(dir, name));
    await mkdir(join(dir, "empty"));
    await mkdir(join(dir, "used", "by-others"), { recursive: true });

    await restoreShared(dir, { restore: paths.map((path) => ({ kind: "folder", path })) });

    expect(await readdir(dir)).toEqual(["used"]);
  });
});
