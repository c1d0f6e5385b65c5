import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import type { LoggedEvent } from "@gantry/protocol";
import { describe, expect, it } from "vitest";
import { OperationLog } from "./operation-log.ts";
import { readLog } from "./read-log.ts";

const never = new AbortController().signal;

function line(text: string, cursor?: string) {
  const event = { kind: "log", stream: "stdout", text } as const;
  return { phase: "run" as const, event, ...(cursor === undefined ? {} : { cursor }) };
}

async function all(events: AsyncIterable<LoggedEvent>): Promise<LoggedEvent[]> {
  const list: LoggedEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

describe("an operation's log", () => {
  it("gives the events behind any position, to many at once, while it is written and after", async () => {
    await using dir = await TempDir.create();
    const path = join(dir.path, "log.jsonl");
    const live = await OperationLog.open(path);
    const readers = [0, 1, 700, 1_499].map((after) =>
      all(readLog({ path, after, live, signal: never })),
    );

    for (let n = 1; n <= 1_500; n += 1) await live.append(line(`${n}\n`));
    await live[Symbol.asyncDispose]();
    const later = await all(readLog({ path, after: 1_000, signal: never }));

    const read = await Promise.all(readers);
    expect(read.map((events) => [events.length, events[0]?.seq, events.at(-1)?.seq])).toEqual([
      [1_500, 1, 1_500],
      [1_499, 2, 1_500],
      [800, 701, 1_500],
      [1, 1_500, 1_500],
    ]);
    expect(later.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, n) => 1_001 + n));
  });

  it("goes on after a crash: no gap, no repeat, the half-written line cut off", async () => {
    await using dir = await TempDir.create();
    const path = join(dir.path, "log.jsonl");
    {
      await using first = await OperationLog.open(path);
      await first.append(line("one\n", "c1"));
      await first.append(line("zwei \u2028 drei \u00e9\u20ac\n", "c2"));
    }
    await appendFile(path, '{"seq":3,"at":1,"phase":"run","eve');

    {
      await using second = await OperationLog.open(path);
      expect(second.lastCursor).toBe("c2");
      await second.append(line("three\n", "c3"));
    }

    const events = await all(readLog({ path, after: 0, signal: never }));
    expect(events.map(({ seq, event }) => [seq, "text" in event && event.text])).toEqual([
      [1, "one\n"],
      [2, "zwei \u2028 drei \u00e9\u20ac\n"],
      [3, "three\n"],
    ]);
    expect(events.some((event) => "cursor" in event)).toBe(false);
  });

  it("believes nothing behind a line that is damaged", async () => {
    await using dir = await TempDir.create();
    const path = join(dir.path, "log.jsonl");
    const good = `${JSON.stringify({ seq: 1, at: 1, ...line("one\n") })}\n`;
    await writeFile(path, `${good}\u0000\u0000\u0000\n${good.replace(":1,", ":3,")}`);

    await using log = await OperationLog.open(path);

    expect(log.size).toBe(good.length);
    expect(await readFile(path, "utf8")).toBe(good);
  });

  it("is private", async () => {
    await using dir = await TempDir.create();
    await using log = await OperationLog.open(join(dir.path, "log.jsonl"));

    expect((await stat(log.path)).mode & 0o777).toBe(0o600);
  });

  it("lets a reader go when it aborts, and leaves no listener behind", async () => {
    await using dir = await TempDir.create();
    const path = join(dir.path, "log.jsonl");
    await using live = await OperationLog.open(path);
    const stop = new AbortController();
    let listeners = 0;
    const { signal } = stop;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    const reader = all(readLog({ path, after: 0, live, signal }));

    for (let n = 0; n < 50; n += 1) {
      await live.append(line(`${n}\n`));
      await live.flush();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    stop.abort();

    expect((await reader).length).toBe(50);
    expect(listeners).toBe(1);
  });

  it("has no events when it was not kept", async () => {
    expect(await all(readLog({ path: "/nowhere/log.jsonl", after: 0, signal: never }))).toEqual([]);
  });
});
