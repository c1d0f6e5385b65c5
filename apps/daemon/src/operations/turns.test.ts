import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

const never = new AbortController().signal;

describe("turns", () => {
  it("are taken one at a time for a key, in order, whatever the others do", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(`${name} ends`);
      if (name === "a") throw new TypeError("a fails");
    };

    const all = ["a", "b", "c"].map((name) => turns.take("key", never, work(name)));
    await Promise.allSettled(all);

    expect(seen).toEqual(["a", "b", "c"].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it("do not hold up another key", async () => {
    const turns = new Turns();
    const held = Promise.withResolvers<void>();
    const first = turns.take("a", never, () => held.promise);

    expect(await turns.take("b", never, async () => "b")).toBe("b");
    held.resolve();
    await first;
  });

  it("are given up on an abort, without letting the next one in early", async () => {
    const turns = new Turns();
    const held = Promise.withResolvers<void>();
    const seen: string[] = [];
    const first = turns.take("a", never, () => held.promise.then(() => void seen.push("first")));
    const stop = new AbortController();
    const second = turns.take("a", stop.signal, async () => void seen.push("second"));
    const third = turns.take("a", never, async () => void seen.push("third"));

    stop.abort(new TypeError("enough"));
    await expect(second).rejects.toThrow("enough");
    held.resolve();
    await Promise.all([first, third]);

    expect(seen).toEqual(["first", "third"]);
  });
});
