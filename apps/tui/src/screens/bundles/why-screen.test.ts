import { describe, expect, test } from "vitest";
import { screenOf } from "../../state/state.ts";
import {
  BUILT,
  feed,
  keys,
  KNOWN_BUNDLE,
  liveState,
  loaded,
  operation,
} from "../../testing/samples.ts";

describe("why a bundle was built", () => {
  const bundles = loaded({ kind: "bundles" }, [KNOWN_BUNDLE]);
  const source = { file: "/w/porter.yaml", dir: "/w" };

  test("is asked for from the bundles, and from an operation that built it", () => {
    const fromBundles = feed(liveState(), ...keys("4"), bundles, ...keys("w"));
    const outcome = { operation: operation("op1", { kind: "build" }), build: BUILT };
    const fromBuild = feed(
      liveState(),
      bundles,
      ...keys("3"),
      loaded({ kind: "operations" }, [outcome.operation]),
      ...keys("enter"),
      { kind: "ended", context: 0, operationId: "op1", outcome },
      ...keys("w"),
    );

    for (const state of [fromBundles, fromBuild])
      expect(screenOf(state)).toMatchObject({ kind: "why", source, name: "shop" });
  });

  test("has no answer for what was not built here, which is said", () => {
    const state = feed(
      liveState(),
      ...keys("3"),
      loaded({ kind: "operations" }, [operation("op1")]),
      ...keys("enter", "w"),
    );

    expect(screenOf(state).kind).toBe("operation");
    expect(state.toast).toMatchObject({
      isBad: true,
      text: expect.stringContaining("built") as string,
    });
  });
});
