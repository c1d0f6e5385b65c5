import { expect, test } from "vitest";
import { splitMouse } from "./mouse.ts";

const CLICK = { kind: "click", row: 4, column: 9 };

test.each([
  ["a click counts when it is pressed", "\u001b[<0;10;5M\u001b[<0;10;5m", [CLICK], "", ""],
  ["the wheel goes up", "\u001b[<64;1;1M", [{ kind: "wheel", by: -3 }], "", ""],
  ["the wheel goes down", "\u001b[<65;1;1M", [{ kind: "wheel", by: 3 }], "", ""],
  ["other buttons are dropped", "\u001b[<2;300;200M", [], "", ""],
  ["keys around it stay", "j\u001b[<0;10;5Mk\u001b[A", [CLICK], "jk\u001b[A", ""],
  ["one that is cut in two waits for its end", "j\u001b[<0;10", [], "j", "\u001b[<0;10"],
  ["Escape alone is a key", "\u001b", [], "\u001b", ""],
  ["bytes of a letter stay as they are", "\u00e5\u00ad\u0097", [], "\u00e5\u00ad\u0097", ""],
])("%s", (_name, text, mouse, keys, begun) => {
  expect(splitMouse(text)).toEqual({ mouse, keys, begun });
});
