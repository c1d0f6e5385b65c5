import { expect, it } from "vitest";
import { RawConnections } from "./raw-connections.ts";

it("tells of the first connection at once, and of those soon after it together", () => {
  const told: string[] = [];
  let now = 0;
  const connections = new RawConnections(
    (reason) => told.push(reason),
    () => now,
  );

  for (let n = 0; n < 5; n += 1) connections.add();
  expect(told).toEqual(["the engine's own socket, unfiltered"]);
  now = 60_000;
  connections.add();
  expect(told.slice(1)).toEqual([
    expect.stringContaining("4 more"),
    "the engine's own socket, unfiltered",
  ]);
  connections.add();
  connections[Symbol.dispose]();
  connections[Symbol.dispose]();
  expect(told.slice(3)).toEqual([expect.stringContaining("1 more")]);
});
