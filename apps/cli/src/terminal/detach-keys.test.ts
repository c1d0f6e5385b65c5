import { expect, test } from "vitest";
import { DetachKeys } from "./detach-keys.ts";

test("passes on what is typed until Ctrl-P Ctrl-Q, also in two pieces", () => {
  const keys = new DetachKeys();

  expect(keys.read(Buffer.from("ls\r"))).toEqual({
    data: Uint8Array.from(Buffer.from("ls\r")),
    isDetach: false,
  });
  expect(keys.read(Buffer.from("a\u0010"))).toMatchObject({ isDetach: false });
  expect(keys.read(Buffer.from("\u0011rest"))).toEqual({ data: new Uint8Array(), isDetach: true });
});

test("passes a Ctrl-P on with what follows it", () => {
  const keys = new DetachKeys();

  expect(keys.read(Buffer.from("\u0010x")).data).toEqual(Uint8Array.from([0x10, 0x78]));
  expect(keys.read(Buffer.from("\u0010\u0010")).data).toEqual(Uint8Array.from([0x10]));
});
