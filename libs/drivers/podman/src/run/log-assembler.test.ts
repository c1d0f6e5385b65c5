import { DriverError, type RunEvent } from "@gantry/driver-api";
import { describe, expect, it } from "vitest";
import { parseCursor } from "./cursor.ts";
import { LogAssembler } from "./log-assembler.ts";

type Stream = "stdout" | "stderr";

const entry = (stream: Stream, tag: "F" | "P", text: string): string =>
  `2026-11-25T22:27:00.195513719+00:00 ${stream} ${tag} ${text}\n`;

/** Reads a log file from the place that `cursor` tells. */
function read(log: string, cursor?: string, pieceSize = 1_000): RunEvent[] {
  const start = parseCursor(cursor);
  const bytes = Buffer.from(log).subarray(start.offset);
  const assembler = new LogAssembler(start);
  const events: RunEvent[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize)
    events.push(...assembler.push(bytes.subarray(at, at + pieceSize)));
  return [...events, ...assembler.end()];
}

const textOf = (events: readonly RunEvent[], stream: Stream): string =>
  events
    .map(({ event }) => (event.kind === "log" && event.stream === stream ? event.text : ""))
    .join("");

/** The events after whose cursors a reader does not get exactly the rest. */
function inexact(log: string, pieceSize: number): readonly number[] {
  const whole = read(log, undefined, pieceSize);
  return whole.flatMap(({ cursor }, index) => {
    const joined = [...whole.slice(0, index + 1), ...read(log, cursor, pieceSize)];
    const isExact = (["stdout", "stderr"] as const).every(
      (stream) => textOf(joined, stream) === textOf(whole, stream),
    );
    return isExact ? [] : [index];
  });
}

describe("a run's log file", () => {
  it.each([7, 60, 1_000, 1e6])(
    "goes on after any cursor with no gap and no repeat, in pieces of %d bytes",
    (size) => {
      const log = Array.from({ length: 300 }, (_, n) =>
        entry(n % 3 === 0 ? "stderr" : "stdout", "F", `line ${n} ünï`),
      ).join("");

      expect(inexact(log, size)).toEqual([]);
      expect(textOf(read(log, undefined, size), "stdout").split("\n")).toHaveLength(201);
    },
  );

  it.each([40, 1_000])(
    "joins the parts of a line, though the other stream speaks in between (%d)",
    (size) => {
      const log = [
        entry("stdout", "P", "x".repeat(500)),
        entry("stderr", "F", "meanwhile"),
        entry("stderr", "P", "half "),
        entry("stdout", "F", "y"),
        entry("stdout", "F", "z"),
        entry("stderr", "F", "done"),
        entry("stdout", "P", "last"),
      ].join("");

      expect(textOf(read(log, undefined, size), "stdout")).toBe(`${"x".repeat(500)}y\nz\nlast`);
      expect(textOf(read(log, undefined, size), "stderr")).toBe("meanwhile\nhalf done\n");
      expect(inexact(log, size)).toEqual([]);
    },
  );

  it("tells where the parts of both streams wait at the end", () => {
    const log = `${entry("stdout", "P", "a")}${entry("stderr", "P", "b")}`;

    expect(read(log)).toHaveLength(2);
    expect(inexact(log, 30)).toEqual([]);
  });

  it("cuts a line of more than 64 KiB at a whole character", () => {
    const part = Buffer.from(`a${"€".repeat(30_000)}`);
    const pieces = [0, 8_191, 16_382, 81_000].map((at, index, all) =>
      part.subarray(at, all[index + 1]),
    );
    const log = Buffer.concat(
      pieces.flatMap((piece) => [
        Buffer.from("2026-11-25T22:27:00.195513719+00:00 stdout P "),
        piece,
        Buffer.from("\n"),
      ]),
    );
    const assembler = new LogAssembler(parseCursor(undefined));

    const events = [...assembler.push(log), ...assembler.end()];

    expect(events.length).toBeGreaterThan(0);
    expect(textOf(events, "stdout")).toBe(part.toString("utf8"));
  });

  it("refuses what is no log entry and what is no cursor of its own", () => {
    expect(() => read("nonsense\n")).toThrow(DriverError);
    expect(() => parseCursor("yesterday")).toThrow(DriverError);
  });
});
