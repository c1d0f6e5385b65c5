import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { expect, it } from "vitest";
import { openHome } from "./home.ts";

it.each([10, 70, 90])(
  "a home %d characters longer has private room for the sockets of runs, on paths that sockets may have",
  async (length) => {
    await using dir = await TempDir.create("gantry-home-");
    const home = openHome(join(dir.path, "x".repeat(length)));

    const path = join(home.brokers, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "docker.sock");
    const { mode } = statSync(home.brokers);
    if (!home.brokers.startsWith(home.dir)) rmSync(home.brokers, { recursive: true });
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
    expect(mode & 0o777).toBe(0o700);
  },
);
