import { expect, test } from "vitest";
import type { Message } from "../state/message.ts";
import type { State } from "../state/state.ts";
import { feed, installation, keys, liveState, loaded } from "../testing/samples.ts";
import { textOf } from "../text/line.ts";
import { themeOf } from "../theme/theme.ts";
import { frameLines } from "../view/frame-view.ts";
import { update } from "./update.ts";

const { marks } = themeOf({ depth: "none", background: "dark", unicode: true });
const COUNT = 10_000;
const MANY = Array.from({ length: COUNT }, (_, index) =>
  installation(`app-${String(index).padStart(5, "0")}`),
);

/** What a person waits for after a key: the new state and the frame that shows it. */
function drawn(state: State, message: Message): State {
  const next = update(state, message).state;
  frameLines(next, marks).map(textOf);
  return next;
}

test("a key among ten thousand installations costs next to nothing, and the hundredth no more than the first", () => {
  const listed = feed(liveState(), ...keys("2"), loaded({ kind: "installations" }, MANY));
  const walk = [...Array.from({ length: 100 }, () => "j"), "G", "k", "g", "s", "s", "s", "s"];
  const search = ["/", "4", "2", "4", "2", "enter", "escape"];
  const since = performance.now();

  const end = keys(...walk, ...search).reduce(drawn, listed);

  // A key takes two milliseconds; one that sorts or lays out all rows anew takes fifty.
  expect((performance.now() - since) / (walk.length + search.length)).toBeLessThan(40);
  expect(frameLines(end, marks).map(textOf).join("\n")).toContain(`${COUNT} installations`);
});
