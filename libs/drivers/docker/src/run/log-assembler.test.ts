import { describe, expect, it } from "vitest";
import { DriverError, type RunEvent } from "@gantry/driver-api";
import { parseCursor } from "./cursor.ts";
import { LogAssembler } from "./log-assembler.ts";

interface Entry {
  readonly stream: 1 | 2;
  readonly second: number;
  readonly text: string;
}

const BASE = 1_700_000_000;
const entry = (stream: 1 | 2, second: number, text: string): Entry => ({ stream, second, text });

function frame({ stream, second, text }: Entry): Buffer {
  const stamp = new Date((BASE + second) * 1000).toISOString().replace("Z", "123456Z");
  const payload = Buffer.from(`${stamp} ${text}`);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** Reads a log as the engine gives it after `cursor`: the entries stamped in its second or later. */
function read(log: readonly Entry[], cursor?: string, pieceSize = 1_000): RunEvent[] {
  const start = parseCursor(cursor);
  const bytes = Buffer.concat(log.filter(({ second }) => BASE + second >= start.since).map(frame));
  const assembler = new LogAssembler(start);
  const events: RunEvent[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize)
    events.push(...assembler.push(bytes.subarray(at, at + pieceSize)));
  return [...events, ...assembler.end()];
}

const textOf = (events: readonly RunEvent[], stream: "stdout" | "stderr"): string =>
  events
    .map(({ event }) => (event.kind === "log" && event.stream === stream ? event.text : ""))
    .join("");

/** The events after whose cursors a reader does not get exactly the rest. */
function inexact(log: readonly Entry[], pieceSize: number): readonly number[] {
  const whole = read(log, undefined, pieceSize);
  return whole.flatMap(({ cursor }, index) => {
    const joined = [...whole.slice(0, index + 1), ...read(log, cursor, pieceSize)];
    const isExact = (["stdout", "stderr"] as const).every(
      (stream) => textOf(joined, stream) === textOf(whole, stream),
    );
    return isExact ? [] : [index];
  });
}

describe("a container's log", () => {
  it.each([7, 60, 1_000, 1e6])(
    "goes on after any cursor with no gap and no repeat, in pieces of %d bytes",
    (size) => {
      const log = Array.from({ length: 300 }, (_, n) =>
        entry(n % 3 === 0 ? 2 : 1, Math.floor(n / 9), `line ${n} ünï\n`),
      );
      expect(inexact(log, size)).toEqual([]);
    },
  );

  it("keeps entries apart that bear one time, and streams that are out of order", () => {
    const log = [
      entry(1, 5, "a\n"),
      entry(2, 4, "b\n"),
      entry(1, 5, "c\n"),
      entry(2, 3, "d\n"),
      entry(1, 5, "e\n"),
    ];
    expect(inexact(log, 20)).toEqual([]);
  });

  it("is exact after the clock was seen to go back", () => {
    const log = [0, 100, 101, 20, 21, 22].map((second) => entry(1, second, `${second}\n`));
    expect(inexact(log, 1e6)).toEqual([]);
  });

  it("joins the parts of a long line, though the other stream speaks in between", () => {
    const log = [
      entry(1, 0, "x".repeat(16_384)),
      entry(2, 20, "meanwhile\n"),
      entry(2, 40, "again\n"),
      entry(1, 41, "y\n"),
      entry(1, 42, "z\n"),
    ];
    expect(textOf(read(log), "stdout")).toBe(`${"x".repeat(16_384)}y\nz\n`);
    expect(inexact(log, 500)).toEqual([]);
  });

  it("cuts a line of more than 64 KiB at a whole character", () => {
    const part = `a${"€".repeat(5_461)}`;
    const bytes = Buffer.from(part.repeat(6));
    const log: Entry[] = [];
    for (let at = 0; at < bytes.length; at += 16_384) {
      log.push(entry(1, 0, bytes.subarray(at, at + 16_384).toString("latin1")));
    }
    const assembler = new LogAssembler(parseCursor(undefined));
    const raw = log.map(({ text }) => {
      const framed = frame(entry(1, 0, ""));
      const payload = Buffer.concat([framed.subarray(8), Buffer.from(text, "latin1")]);
      const header = Buffer.from(framed.subarray(0, 8));
      header.writeUInt32BE(payload.length, 4);
      return Buffer.concat([header, payload]);
    });
    const events = [...raw.flatMap((piece) => [...assembler.push(piece)]), ...assembler.end()];

    expect(events.length).toBeGreaterThan(1);
    expect(textOf(events, "stdout")).toBe(part.repeat(6));
  });

  it("refuses what is no cursor of its own", () => {
    expect(() => parseCursor("yesterday")).toThrow(DriverError);
  });
});
