import { once } from "node:events";
import { expect, it } from "vitest";
import { StandInEngine } from "../testing/stand-in-engine.ts";
import { Engine } from "../transport/engine.ts";
import { refuseOtherEngine } from "./known-engine.ts";

it("is asked once for all, and a client that goes away takes nobody's answer along", async () => {
  await using standIn = await StandInEngine.start();
  using engine = new Engine(standIn.socketPath);
  const asked = new EventTarget();
  let answer = (): void => undefined;
  standIn.answer = (_request, response) => {
    answer = () => void response.end("{}");
    asked.dispatchEvent(new Event("asked"));
  };
  const room = { engine, power: { calls: ["run" as const], reach: [] } };
  const leaving = new AbortController();

  const isAsked = once(asked, "asked");
  const both = [leaving.signal, new AbortController().signal].map((signal) =>
    refuseOtherEngine(room, signal),
  );
  await isAsked;
  leaving.abort();
  answer();

  await expect(both[1]).resolves.toBeUndefined();
  await Promise.allSettled(both);
  expect(standIn.received).toHaveLength(1);
});
