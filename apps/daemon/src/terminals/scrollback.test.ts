import { expect, test } from "vitest";
import { Scrollback } from "./scrollback.ts";

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

test("gives what follows a position, from the middle of a chunk too", () => {
  const back = new Scrollback(100);
  back.push(Buffer.from("hello "));
  back.push(Buffer.from("world"));

  expect(text(back.next(0)?.data)).toBe("hello ");
  expect(back.next(2)).toEqual({ offset: 6, data: Buffer.from("llo ") });
  expect(back.next(6)).toEqual({ offset: 11, data: Buffer.from("world") });
  expect(back.next(11)).toBeUndefined();
});

test("forgets the oldest and goes on with what is left", () => {
  const back = new Scrollback(10);
  for (let i = 0; i < 10; i += 1) back.push(Buffer.from(`line${i}`));

  expect(back.end).toBe(50);
  expect(text(back.next(0)?.data)).toBe("line8");
  expect(back.next(0)?.offset).toBe(45);
});
