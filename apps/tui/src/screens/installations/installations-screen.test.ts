import { describe, expect, test } from "vitest";
import { definitionOf } from "../definitions.ts";
import { contextOf, screenOf, type State } from "../../state/state.ts";
import {
  BUNDLE,
  feed,
  installation,
  keys,
  liveState,
  loaded,
  PLAN,
} from "../../testing/samples.ts";
import { update } from "../../update/update.ts";
import { fittingEntries } from "../../update/palette.ts";

const ALL = [
  installation("shop", { labels: { team: "web", tier: "1" } }),
  installation("till", { labels: { team: "web-2" } }),
  installation("bare"),
];

function listed(...names: readonly string[]): State {
  return feed(liveState(), ...keys("2"), loaded({ kind: "installations" }, ALL), ...keys(...names));
}

function searched(text: string): State {
  return feed(listed("/"), { kind: "paste", text });
}

function shown(state: State): { readonly rows: readonly string[]; readonly command: string } {
  const screen = screenOf(state);
  const context = contextOf(state);
  const { rows, command } = definitionOf(screen);
  return { rows: rows(screen, { state, context }), command: command(screen, context) };
}

describe("labels", () => {
  test("are searched for as the command takes them, exactly", () => {
    expect(shown(searched("label:team=web"))).toEqual({
      rows: ["/shop"],
      command: "gantry list --all-namespaces --label team=web",
    });
    expect(shown(searched("label:team")).rows).toEqual(["/shop", "/till"]);
    expect(shown(searched("label:owner=me")).rows).toEqual([]);
  });

  test("are offered to choose from, with how many have each", () => {
    const asked = listed("L");
    if (asked.overlay?.kind !== "palette") throw new TypeError("Nothing is offered.");
    const offered = fittingEntries(asked, asked.overlay.text).slice(0, 3);
    const chosen = feed(asked, ...keys("down", "enter"));

    expect(offered.map(({ name, help }) => `${name}: ${help}`)).toEqual([
      "label team=web: 1 installation",
      "label team=web-2: 1 installation",
      "label tier=1: 1 installation",
    ]);
    expect(chosen.overlay).toBeUndefined();
    expect(shown(chosen).rows).toEqual(["/till"]);
  });

  test("that nobody has are not offered, but said how to give", () => {
    const state = feed(
      liveState(),
      ...keys("2"),
      loaded({ kind: "installations" }, [installation("bare")]),
      ...keys("L"),
    );

    expect(state.overlay).toBeUndefined();
    expect(state.toast?.text).toContain("gantry install --label KEY=VALUE");
  });
});

describe("the plan of an installation", () => {
  const key = { namespace: "", name: "bare" };

  test("is of an upgrade, then of the bundle's other actions, each with its command", () => {
    const state = feed(
      listed("p"),
      loaded({ kind: "plan", key, action: "upgrade" }, PLAN),
      loaded({ kind: "bundle", source: {}, installation: key }, BUNDLE),
    );
    const { state: next, effects } = update(state, { kind: "key", key: "n", text: "n" });

    expect(shown(state).command).toBe("gantry plan upgrade bare");
    expect(shown(next).command).toBe("gantry plan uninstall bare");
    expect(effects).toContainEqual({
      kind: "load",
      context: 0,
      resource: { kind: "plan", key, action: "uninstall" },
    });
    expect(shown(feed(next, ...keys("n"))).command).toBe("gantry plan status bare");
  });
});
