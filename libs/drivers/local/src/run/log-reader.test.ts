import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogReader, parseCursor } from "./log-reader.ts";

describe("the logs of a run", () => {
  const at = { dir: "", stdout: "", stderr: "" };
  beforeEach(async () => {
    at.dir = await mkdtemp(join(tmpdir(), "gantry-logs-"));
    at.stdout = join(at.dir, "stdout");
    at.stderr = join(at.dir, "stderr");
    await writeFile(at.stdout, "");
    await writeFile(at.stderr, "");
  });
  afterEach(() => rm(at.dir, { recursive: true }));

  async function read(from: string, hasEnded: boolean) {
    await using reader = await LogReader.open(at, parseCursor(from) ?? { stdout: 0, stderr: 0 });
    return await Array.fromAsync(reader.drain(hasEnded));
  }

  it("are read in whole lines until the run has ended", async () => {
    await writeFile(at.stdout, "one\ntw");

    expect(await read("o0e0", false)).toEqual([
      { cursor: "o4e0", event: { kind: "log", stream: "stdout", text: "one\n" } },
    ]);
    await appendFile(at.stdout, "o");
    expect((await read("o4e0", true)).map(({ event }) => event)).toEqual([
      { kind: "log", stream: "stdout", text: "two" },
    ]);
  });

  it("give a long line in pieces that do not cut a character", async () => {
    const line = `${"é☃𝄞".repeat(20_000)}\n`;
    await writeFile(at.stderr, line);

    const events = await read("o0e0", true);

    const texts = events.map(({ event }) => (event.kind === "log" ? event.text : ""));
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join("")).toBe(line);
  });

  it("survive bytes that are no UTF-8", async () => {
    await writeFile(at.stdout, Buffer.concat([Buffer.alloc(70_000, 0xbf), Buffer.from("\nend\n")]));

    const events = await read("o0e0", true);

    const text = events.map(({ event }) => (event.kind === "log" ? event.text : "")).join("");
    expect(text.endsWith("\nend\n")).toBe(true);
    expect(text).toHaveLength(70_000 + 5);
  });

  it.each(["", "o1", "e1o1", "o-1e0", "o1e1 ", "0x"])("have no cursor %j", (text) => {
    expect(parseCursor(text)).toBeUndefined();
  });
});
