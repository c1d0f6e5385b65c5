import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTimeOf } from "./process.ts";
import { Server } from "./server.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "gantry-server-"));
});
afterAll(() => rm(dir, { recursive: true }));

const { signal } = new AbortController();

async function pidIn(file: string): Promise<number> {
  return Number(await readFile(file, "utf8").catch(() => "0"));
}

/** A server that writes its number to a file and does not end by itself. */
function sleeper(name: string, trap = ""): { argv: string[]; pidFile: string; logFile: string } {
  const pidFile = join(dir, `${name}.pid`);
  const script = `${trap} echo $$ > ${pidFile}; while :; do sleep 0.05; done`;
  return { argv: ["sh", "-c", script], pidFile, logFile: join(dir, `${name}.log`) };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("Server", () => {
  it("asks the server to stop, and has ended it when disposal is over", async () => {
    const { argv, pidFile, logFile } = sleeper("polite", "trap 'echo asked; exit 0' TERM;");
    const server = new Server({ argv, logFile });
    await server.waitFor(async () => (await pidIn(pidFile)) > 0, { signal, timeoutMs: 5000 });

    await server[Symbol.asyncDispose]();

    expect(startTimeOf(await pidIn(pidFile))).toBeUndefined();
    expect(await readFile(logFile, "utf8")).toContain("asked");
  });

  it("throws with the end of the log when the server ends before it is ready", async () => {
    const argv = ["sh", "-c", "echo the disk is full >&2; exit 1"];
    await using server = new Server({ argv, logFile: join(dir, "broken.log") });

    const waiting = server.waitFor(async () => false, { signal, timeoutMs: 5000 });

    await expect(waiting).rejects.toThrow(/the server ended:\n.*the disk is full/);
  });

  it("throws when the server is not ready in time", async () => {
    const { argv, logFile } = sleeper("slow");
    await using server = new Server({ argv, logFile });

    const waiting = server.waitFor(async () => false, { signal, timeoutMs: 200 });

    await expect(waiting).rejects.toThrow(/was not ready after 0.2 s/);
  });

  it("ends with the process that started it, even when that is killed", async () => {
    const { argv, pidFile, logFile } = sleeper("orphan");
    const module = new URL("server.ts", import.meta.url).href;
    const script = `const { Server } = await import(${JSON.stringify(module)});
      new Server(${JSON.stringify({ argv, logFile })}); setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    while ((await pidIn(pidFile)) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const pid = await pidIn(pidFile);

    starter.kill("SIGKILL");
    await once(starter, "close");

    await until(() => startTimeOf(pid) === undefined);
    expect(startTimeOf(pid)).toBeUndefined();
  });
});
