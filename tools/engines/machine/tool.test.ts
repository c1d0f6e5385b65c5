import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockFile } from "./lock.ts";
import { startTimeOf } from "./process.ts";
import { runTool } from "./tool.ts";

describe("runTool", () => {
  it("returns what the command prints", async () => {
    expect(await runTool(["echo", "two words"])).toBe("two words");
  });

  it("throws with the end of the complaint when the command fails", async () => {
    const failing = runTool(["sh", "-c", "echo fine; echo no such thing >&2; exit 3"]);

    await expect(failing).rejects.toThrow(/sh ended with exit code 3:\nno such thing/);
  });

  it("throws when there is no such command", async () => {
    await expect(runTool(["gantry-no-such-tool"])).rejects.toThrow(/cannot be started/);
  });

  it("kills the command when it is aborted", async () => {
    const startedAt = performance.now();

    await expect(
      runTool(["sleep", "30"], { signal: AbortSignal.timeout(100) }),
    ).rejects.toHaveProperty("name", "TimeoutError");
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe("startTimeOf", () => {
  it("tells a running process from none", () => {
    expect(startTimeOf(process.pid)).toMatch(/^\d+$/);
    expect(startTimeOf(2 ** 22 + 1)).toBeUndefined();
  });
});

describe("lockFile", () => {
  let dir = "";
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "gantry-lock-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it("keeps a second holder waiting until the first lets go", async () => {
    const order: string[] = [];
    const { signal } = new AbortController();
    const first = await lockFile(join(dir, "a"), signal);

    const take = async () => {
      const held = await lockFile(join(dir, "a"), signal);
      order.push("second");
      await held[Symbol.asyncDispose]();
    };
    const second = take();
    await new Promise((resolve) => setTimeout(resolve, 200));
    order.push("first lets go");
    await first[Symbol.asyncDispose]();
    await second;

    expect(order).toEqual(["first lets go", "second"]);
  });

  it("gives up waiting when it is aborted", async () => {
    await using undo = new AsyncDisposableStack();
    undo.use(await lockFile(join(dir, "b"), new AbortController().signal));

    const waiting = lockFile(join(dir, "b"), AbortSignal.timeout(100));

    await expect(waiting).rejects.toHaveProperty("name", "TimeoutError");
  });
});
