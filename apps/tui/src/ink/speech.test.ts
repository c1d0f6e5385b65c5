import { expect, test } from "vitest";
import { ENDPOINT, feed, keys, liveState, loaded, NOW } from "../testing/samples.ts";
import { NOTHING_TOLD, speak } from "./speech.ts";

test("a screen is said whole once, then only what is new on it; time that passes is nothing new", () => {
  const state = feed(liveState(), ...keys("5"), loaded({ kind: "endpoints" }, [ENDPOINT]));
  const first = speak(state, NOTHING_TOLD);
  const later = speak(feed(state, { kind: "tick", now: NOW + 5_000 }), first.told);
  const second = { ...ENDPOINT, name: "docker" };
  const changed = speak(feed(state, loaded({ kind: "endpoints" }, [ENDPOINT, second])), later.told);

  expect(first.said.join("\n")).toContain("gantry › Drivers");
  expect(later.said).toEqual([]);
  expect(changed.said.join("\n")).toContain("docker, ready");
  expect(changed.said.join("\n")).not.toContain("gantry › Drivers");
});
