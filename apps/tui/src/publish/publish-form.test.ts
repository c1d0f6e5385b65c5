import { describe, expect, test } from "vitest";
import { contextOf, screenOf, type State } from "../state/state.ts";
import { definitionOf } from "../screens/definitions.ts";
import { textOf } from "../text/line.ts";
import {
  BUILT,
  feed,
  keys,
  KNOWN_BUNDLE,
  liveState,
  loaded,
  operation,
} from "../testing/samples.ts";
import { themeOf } from "../theme/theme.ts";
import { update } from "../update/update.ts";
import { frameLines } from "../view/frame-view.ts";

const SOURCE = { file: "/w/porter.yaml", dir: "/w" };
const { marks } = themeOf({ depth: "none", background: "dark", unicode: true });

function form(...names: readonly string[]): State {
  const bundles = loaded({ kind: "bundles" }, [KNOWN_BUNDLE]);
  return feed(liveState(), ...keys("4"), bundles, ...keys("P", ...names));
}

function commandOf(state: State): string {
  const screen = screenOf(state);
  return definitionOf(screen).command(screen, contextOf(state));
}

describe("publishing a bundle", () => {
  test("needs nothing to be filled in, and says before what will happen", () => {
    const asked = form("enter", "enter", "enter", "enter", "enter");

    expect(commandOf(form())).toBe("gantry publish --file /w/porter.yaml");
    expect(asked.overlay).toMatchObject({
      kind: "confirm",
      title: "Publish shop?",
      command: "gantry publish --file /w/porter.yaml",
    });
    expect(JSON.stringify(asked.overlay)).toContain("the place that the manifest names");
    expect(JSON.stringify(asked.overlay)).toContain("Refused if a bundle is there already.");
    expect(update(asked, { kind: "key", key: "enter", text: "" }).effects).toContainEqual({
      kind: "call",
      context: 0,
      call: {
        method: "bundle.publish",
        params: { source: SOURCE, force: false, insecureRegistry: false },
      },
    });
  });

  test("goes where it was told to, in the command too", () => {
    const typed = feed(
      form(),
      { kind: "paste", text: "localhost:5000/other" },
      ...keys("down", "x", "down", "space"),
    );
    const asked = feed(typed, ...keys("down", "down", "enter"));

    expect(commandOf(typed)).toBe(
      "gantry publish --file /w/porter.yaml --reference localhost:5000/other --tag x --force",
    );
    expect(update(asked, { kind: "key", key: "enter", text: "" }).effects).toMatchObject([
      { call: { params: { reference: "localhost:5000/other", tag: "x", force: true } } },
    ]);
  });

  test("ends with the name that stays the same bundle, and can be tried again as it was", () => {
    const call = {
      method: "bundle.publish",
      params: { source: SOURCE, force: true },
    } as const;
    const publish = {
      name: "shop",
      version: "0.3.0",
      reference: "localhost:5000/shop:v0.3.0",
      digest: "sha256:d1",
      image: "localhost:5000/shop@sha256:d2",
      relocation: {},
      blobs: { sent: 3, mounted: 1, present: 2 },
      sentBytes: 4,
    };
    const over = operation("op1", { kind: "publish", status: "succeeded" });
    const state = feed(
      liveState(),
      { kind: "called", context: 0, call, operationId: "op1" },
      {
        kind: "ended",
        context: 0,
        operationId: "op1",
        outcome: { operation: over, build: BUILT, publish },
      },
    );
    const shown = frameLines(state, marks).map(textOf).join("\n");

    expect(shown).toContain("Published as localhost:5000/shop:v0.3.0@sha256:d1");
    expect(shown).toContain("3 blobs sent, 3 were there already");
    expect(update(state, { kind: "key", key: "t", text: "t" }).effects).toContainEqual({
      kind: "call",
      context: 0,
      call,
    });
  });
});
