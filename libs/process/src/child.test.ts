import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ProcessError, runCommand, startProcess } from "./index.ts";

const env = { PATH: process.env["PATH"] };

/** A zombie that its new parent has not looked at yet does not count. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("a started process", () => {
  test("gets exactly the environment that it is given", async () => {
    process.env["GANTRY_TEST_SECRET"] = "x";
    const { stdout } = await runCommand("env", [], { env: { ...env, ONLY: "this" } });
    delete process.env["GANTRY_TEST_SECRET"];

    expect(stdout.toString().trim().split("\n").toSorted()).toEqual([
      "ONLY=this",
      `PATH=${env.PATH}`,
    ]);
  });

  test("is asked to end, and ends by itself within its grace", async () => {
    await using child = await startProcess(
      "sh",
      ["-c", "trap 'exit 7' TERM; echo up; while :; do sleep 0.02; done"],
      { env },
    );
    await new Promise((resolve) => child.stdout.once("data", resolve));

    expect(await child.stop({ graceMs: 5_000 })).toEqual({ code: 7, signal: null });
    expect(await child.stop()).toEqual({ code: 7, signal: null });
  });

  test("is killed after its grace when it does not listen", async () => {
    await using child = await startProcess(
      "sh",
      ["-c", "trap '' TERM; echo up; while :; do sleep 0.02; done"],
      { env, group: true },
    );
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const started = performance.now();

    expect(await child.stop({ graceMs: 200 })).toEqual({ code: null, signal: "SIGKILL" });
    expect(performance.now() - started).toBeGreaterThan(150);
  });

  test("takes its whole group with it", async () => {
    await using child = await startProcess("sh", ["-c", "sleep 60 & echo $!; wait"], {
      env,
      group: true,
    });
    const pid = Number(
      await new Promise((resolve) =>
        child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString())),
      ),
    );

    await child.stop({ graceMs: 1_000 });

    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test("does not keep us waiting for a grandchild that holds its pipes", async () => {
    await using child = await startProcess("sh", ["-c", "sleep 60 & exit 3"], { env, group: true });
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(await child.stop({ graceMs: 1_000 })).toEqual({ code: 3, signal: null });
  });

  test("ends when its signal is aborted, also before it began", async () => {
    const abort = new AbortController();
    const running = runCommand("sleep", ["60"], { env, signal: abort.signal });
    setTimeout(() => abort.abort(), 50);

    await expect(running).rejects.toMatchObject({ code: "canceled" });
    await expect(
      runCommand("sleep", ["60"], { env, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: "canceled" });
  });

  test("that does not exist is an error with its name", async () => {
    const missing = startProcess("/no/such/program", [], { env });

    await expect(missing).rejects.toBeInstanceOf(ProcessError);
    await expect(missing).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("/no/such/program"),
    });
  });
});

describe("a command run to its end", () => {
  test("gets its input and gives back both streams and its exit code", async () => {
    const result = await runCommand("sh", ["-c", "cat; echo oops >&2; exit 3"], {
      env,
      input: "in",
    });

    expect(result).toMatchObject({ exit: { code: 3, signal: null }, stderr: "oops\n" });
    expect(result.stdout.toString()).toBe("in");
  });

  test("may print only so much, and keeps the end of what it complains", async () => {
    const loud = runCommand("sh", ["-c", "head -c 5000 /dev/zero"], { env, maxBytes: 1_000 });
    await expect(loud).rejects.toMatchObject({ code: "too-much-output" });

    const { stderr } = await runCommand("sh", ["-c", "seq 2000 >&2"], { env, maxBytes: 100 });
    expect(stderr.endsWith("1999\n2000\n")).toBe(true);
    expect(stderr.length).toBe(100);
  });
});
