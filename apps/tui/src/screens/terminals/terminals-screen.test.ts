import { describe, expect, test } from "vitest";
import { type State } from "../../state/state.ts";
import {
  feed,
  installation,
  keys,
  KNOWN_BUNDLE,
  liveState,
  loaded,
  terminal,
} from "../../testing/samples.ts";
import { update } from "../../update/update.ts";

function listed(): State {
  return feed(
    liveState(),
    ...keys("2"),
    loaded({ kind: "installations" }, [installation("app-0")]),
  );
}

describe("terminals", () => {
  const press = (state: State, key: string) => update(state, { kind: "key", key, text: key });
  const shell = (...words: readonly string[]) => ({ kind: "shell", context: 0, words });
  const open = [
    terminal("t1"),
    terminal("t2", { place: "bundle", installation: "", bundle: "shop" }),
    terminal("t3", { exitCode: 3 }),
  ];
  const shown = (): State => feed(liveState(), ...keys("7"), loaded({ kind: "terminals" }, open));

  test("are opened in the run of an installation while one is under way, else in its image", () => {
    const running = installation("app-0");
    const { _calculated: now } = running;
    const busy = {
      ...running,
      _calculated: { ...now, displayInstallationStatus: "upgrading" },
    };

    expect(press(listed(), "S").effects).toContainEqual(shell("shell", "app-0", "--image"));
    expect(
      press(feed(listed(), loaded({ kind: "installations" }, [busy])), "S").effects,
    ).toContainEqual(shell("shell", "app-0"));
  });

  test("are opened in the image of a bundle before it is run", () => {
    const bundles = feed(liveState(), ...keys("4"), loaded({ kind: "bundles" }, [KNOWN_BUNDLE]));

    expect(press(bundles, "S").effects).toContainEqual(
      shell("shell", "--bundle", "--file", "/w/porter.yaml"),
    );
  });

  test("are come back to by the command that is shown, and further ones opened beside them", () => {
    const bundles = loaded({ kind: "bundles" }, [KNOWN_BUNDLE]);
    const second = feed(shown(), bundles, ...keys("j"));

    expect(press(shown(), "enter").effects).toContainEqual(shell("shell", "--attach", "t1"));
    expect(press(shown(), "y").effects).toContainEqual({
      kind: "copy",
      text: "gantry shell --attach t1",
    });
    expect(press(shown(), "S").effects).toContainEqual(shell("shell", "shop", "--image"));
    expect(press(second, "S").effects).toContainEqual(
      shell("shell", "--bundle", "--file", "/w/porter.yaml"),
    );
  });

  test("are not come back to once they have ended, which is said", () => {
    const ended = press(feed(shown(), ...keys("G")), "enter");

    expect(ended.effects).toEqual([]);
    expect(ended.state.toast?.text).toBe("Its program has ended with 3.");
  });

  test("are hung up after a question, and asked for anew when one comes back from them", () => {
    const asked = press(shown(), "x");
    const back = update(shown(), { kind: "returned", context: 0 });

    expect(asked.state.overlay).toMatchObject({ command: "gantry shell --close t1" });
    expect(press(asked.state, "enter").effects).toContainEqual({
      kind: "call",
      context: 0,
      call: { method: "terminal.close", params: { terminalId: "t1" } },
    });
    expect(back.effects).toContainEqual({
      kind: "load",
      context: 0,
      resource: { kind: "terminals" },
    });
  });

  test("of an installation are shown with it", () => {
    const key = { namespace: "", name: "app-0" };
    const detail = { installation: installation("app-0"), outputs: [], runs: [], grants: [] };
    const own = terminal("t9", { installation: "app-0" });
    const state = feed(
      listed(),
      ...keys("enter"),
      loaded({ kind: "installation", key }, detail),
      loaded({ kind: "terminals" }, [...open, own]),
      ...keys("G"),
    );

    expect(press(state, "enter").effects).toContainEqual(shell("shell", "--attach", "t9"));
  });
});
