import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { LineChunker, lineChunks } from "./index.ts";

test("lines stay whole, however the bytes come", async () => {
  const bytes = Buffer.from("één\ntwee\ndrie");
  const pieces = Readable.from([...bytes].map((byte) => Buffer.from([byte])));

  const texts = await Array.fromAsync(lineChunks(pieces));

  expect(texts).toEqual(["één\n", "twee\n", "drie"]);
});

test("invalid UTF-8 becomes U+FFFD instead of ending the stream", () => {
  expect(new LineChunker().push(Buffer.from([0x61, 0xff, 0x0a]))).toBe("a\ufffd\n");
});

test("a line without an end comes in pieces of bounded size", () => {
  const chunker = new LineChunker();
  const big = Buffer.alloc(70_000, "x");

  expect(chunker.push(big)).toHaveLength(70_000);
  expect(chunker.push(Buffer.from("y\n"))).toBe("y\n");
  expect(chunker.end()).toBe("");
});
