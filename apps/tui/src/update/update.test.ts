import { describe, expect, test } from "vitest";
import { contextOf, screenOf, type State } from "../state/state.ts";
import {
  BUNDLE,
  PLAN,
  ENDPOINT,
  events,
  feed,
  installation,
  keys,
  liveState,
  loaded,
  NOW,
  operation,
  printed,
} from "../testing/samples.ts";
import { update } from "./update.ts";

const MANY = Array.from({ length: 5 }, (_, index) => installation(`app-${index}`));

function listed(): State {
  return feed(liveState(), ...keys("2"), loaded({ kind: "installations" }, MANY));
}

describe("moving about", () => {
  test("numbers open the main screens, q goes back, and leaves from the start page", () => {
    const state = feed(liveState(), ...keys("3"));
    expect(screenOf(state).kind).toBe("operations");

    const start = feed(state, ...keys("q"));
    expect(screenOf(start).kind).toBe("start");
    expect(update(start, { kind: "key", key: "q", text: "q" }).effects).toContainEqual({
      kind: "quit",
    });
  });

  test("keeps the chosen row when the list changes around it", () => {
    const state = feed(listed(), ...keys("j", "j"));
    const changed = feed(state, loaded({ kind: "installations" }, MANY.slice(1)));

    expect(screenOf(changed).place.chosen).toBe("/app-2");
    expect(screenOf(feed(changed, ...keys("enter")))).toMatchObject({
      kind: "installation",
      key: { name: "app-2" },
    });
  });

  test("a search hides rows, Escape brings them back", () => {
    const searched = feed(listed(), ...keys("/", "-", "3", "enter", "enter"));
    expect(screenOf(searched)).toMatchObject({ kind: "installation", key: { name: "app-3" } });

    const dropped = feed(listed(), ...keys("/", "-", "3", "escape"));
    expect(screenOf(dropped).place.query).toBe("");
  });

  test("Ctrl-C leaves from everywhere", () => {
    for (const before of [[], ["?"], [":"], ["/"], ["2"]]) {
      const { effects } = update(feed(liveState(), ...keys(...before)), {
        kind: "key",
        key: "ctrl-c",
        text: "",
      });
      expect(effects).toContainEqual({ kind: "quit" });
    }
  });
});

describe("asking the daemon", () => {
  test("what a screen shows is asked for once, and again when it is old", () => {
    const { state, effects } = update(liveState(), { kind: "key", key: "5", text: "5" });
    expect(effects.map(({ kind }) => kind)).toEqual([]);
    const asked = update(feed(state, loaded({ kind: "endpoints" }, [ENDPOINT])), {
      kind: "tick",
      now: NOW + 20_000,
    });

    expect(asked.effects).toEqual([{ kind: "load", context: 0, resource: { kind: "endpoints" } }]);
    expect(update(asked.state, { kind: "tick", now: NOW + 40_000 }).effects).toEqual([]);
  });

  test("what takes long to answer is asked for less often", () => {
    const slow = {
      kind: "loaded",
      context: 0,
      resource: { kind: "installations" },
      value: [],
      tookMs: 400,
    } as const;
    const state = feed(liveState(), ...keys("2"), slow);

    expect(update(state, { kind: "tick", now: NOW + 10_000 }).effects).toEqual([]);
    expect(update(state, { kind: "tick", now: NOW + 21_000 }).effects).toHaveLength(1);
  });

  test("while it is away nothing is asked, and what was said last stays, marked", () => {
    const failure = { code: "lost", message: "Gone." };
    const state = feed(listed(), { kind: "lost", context: 0, failure, now: NOW });

    expect(update(state, { kind: "tick", now: NOW + 60_000 }).effects).toEqual([]);
    expect(contextOf(state).link).toEqual({ kind: "lost", since: NOW, failure });
    expect(
      feed(state, { kind: "lost", context: 0, failure, now: NOW + 9_000 }).contexts[0]?.link,
    ).toMatchObject({ since: NOW });
  });

  test("when it is back, an operation goes on behind the last event that came", () => {
    const watching = feed(
      liveState(),
      ...keys("3"),
      loaded({ kind: "operations" }, [operation("op1")]),
      ...keys("enter"),
    );
    const seen = feed(watching, {
      kind: "events",
      context: 0,
      operationId: "op1",
      events: events([printed("a\n"), printed("b\n")]),
    });

    const { effects } = update(seen, { kind: "live", context: 0 });
    expect(effects).toContainEqual({ kind: "watch", context: 0, operationId: "op1", after: 2 });
  });
});

describe("doing things", () => {
  test("a form opens once the daemon has said what the bundle takes", () => {
    const state = liveState({ manifest: "/work/shop/porter.yaml" });
    const resource = { kind: "bundle", source: { file: "/work/shop/porter.yaml" } } as const;
    const { state: waiting, effects } = update(state, { kind: "key", key: "i", text: "i" });

    expect(effects).toContainEqual({ kind: "load", context: 0, resource });
    expect(screenOf(waiting).kind).toBe("start");
    expect(screenOf(feed(waiting, loaded(resource, BUNDLE)))).toMatchObject({
      kind: "form",
      form: { title: "Install shop" },
    });
  });

  test("what a form would do is asked for and shown; the run is held to it", () => {
    const state = liveState({ manifest: "/w/porter.yaml" });
    const resource = { kind: "bundle", source: { file: "/w/porter.yaml" } } as const;
    const form = feed(
      state,
      ...keys("i"),
      loaded(resource, BUNDLE),
      ...keys("4", "down", "down", "k", "down", "down"),
    );
    const { state: asking, effects } = update(form, { kind: "key", key: "enter", text: "" });
    const [effect] = effects;
    if (effect?.kind !== "plan") throw new TypeError("No plan was asked for.");
    const asked = feed(asking, { kind: "planned", context: 0, call: effect.call, plan: PLAN });

    expect(asked.overlay).toMatchObject({ kind: "confirm", title: "Install shop?" });
    expect(update(asked, { kind: "key", key: "enter", text: "" }).effects).toMatchObject([
      {
        kind: "call",
        call: {
          method: "installation.install",
          params: { approves: "sha256:plan", parameters: { replicas: { text: "4" } } },
        },
      },
    ]);
  });

  test("what the bundle asks for and was not granted is granted by a key of its own, and planned anew", () => {
    const state = liveState({ manifest: "/w/porter.yaml" });
    const resource = { kind: "bundle", source: { file: "/w/porter.yaml" } } as const;
    const form = feed(
      state,
      ...keys("i"),
      loaded(resource, BUNDLE),
      ...keys("4", "down", "down", "k", "pagedown"),
    );
    const { state: asking, effects } = update(form, { kind: "key", key: "enter", text: "" });
    const [effect] = effects;
    if (effect?.kind !== "plan") throw new TypeError("No plan was asked for.");
    const flag = "--allow-docker-host-access";
    const missing = [{ power: "engine-socket" as const, value: "", flag }];
    const problems = [
      "Bundle shop needs access to the Docker engine, which was not granted. Add it.",
    ];
    const plan = { ...PLAN, missing, problems };
    const asked = feed(asking, { kind: "planned", context: 0, call: effect.call, plan });

    expect(asked.overlay).toMatchObject({
      lines: expect.arrayContaining([
        `Bundle shop needs access to the Docker engine, which was not granted: ${flag}`,
      ]),
    });
    expect(JSON.stringify(asked.overlay)).not.toContain("Refused as it is");
    const refused = update(asked, { kind: "key", key: "enter", text: "" });
    expect(refused.effects).toEqual([]);
    expect(refused.state.toast).toMatchObject({ isBad: true });

    const granting = update(asked, { kind: "key", key: "A", text: "A" });
    expect(granting.effects).toMatchObject([
      { kind: "plan", call: { params: { allowDockerHostAccess: true } } },
    ]);
    const [again] = granting.effects;
    if (again?.kind !== "plan") throw new TypeError("No plan was asked for.");
    const shown = feed(granting.state, {
      kind: "planned",
      context: 0,
      call: again.call,
      plan: PLAN,
    });
    expect(shown.overlay).toMatchObject({
      command: expect.stringMatching(/ --allow-docker-host-access$/),
      lines: expect.arrayContaining([
        "Grants it access to the Docker engine, until you revoke it.",
      ]),
    });
    const dropped = feed(shown, ...keys("escape", "enter"));
    expect(dropped.overlay).toBeUndefined();
  });

  test("a plan that would be refused for other reasons is not sent", () => {
    const state = liveState({ manifest: "/w/porter.yaml" });
    const resource = { kind: "bundle", source: { file: "/w/porter.yaml" } } as const;
    const form = feed(state, ...keys("i"), loaded(resource, BUNDLE));
    const call = { method: "installation.install", params: { source: {}, cwd: "/" } } as const;
    const plan = { ...PLAN, problems: ["It is installed already."] };
    const asked = feed(form, { kind: "planned", context: 0, call, plan });

    expect(update(asked, { kind: "key", key: "enter", text: "" }).effects).toEqual([]);
    expect(update(asked, { kind: "key", key: "A", text: "A" }).effects).toEqual([]);
  });

  test("a bundle that cannot be read is said, and no form opens", () => {
    const state = liveState({ manifest: "/x/porter.yaml" });
    const failure = { code: "manifest-invalid", message: "It has no name.", hint: "Add one." };
    const resource = { kind: "bundle", source: { file: "/x/porter.yaml" } } as const;
    const after = feed(state, ...keys("i"), { kind: "not-loaded", context: 0, resource, failure });

    expect(after.toast).toMatchObject({ text: "It has no name. Add one.", isBad: true });
    expect(after.wanted).toBeUndefined();
  });

  test("a record goes only when its name was typed", () => {
    const asked = feed(listed(), ...keys("D"));
    const half = feed(asked, ...keys("a", "p", "p"));
    expect(update(half, { kind: "key", key: "enter", text: "" }).effects).toEqual([]);

    const whole = feed(half, ...keys("-", "0"));
    expect(update(whole, { kind: "key", key: "enter", text: "" }).effects).toEqual([
      {
        kind: "call",
        context: 0,
        call: {
          method: "installation.delete",
          params: { namespace: "", name: "app-0", force: true },
        },
      },
    ]);
  });

  test("what was started is followed, and a retry sends it again unless secrets were in it", () => {
    const call = {
      method: "installation.upgrade",
      params: { source: {}, cwd: "/", installation: "shop" },
    } as const;
    const state = feed(liveState(), { kind: "called", context: 0, call, operationId: "op9" });
    expect(screenOf(state)).toMatchObject({ kind: "operation", id: "op9" });

    const over = operation("op9", {
      kind: "upgrade",
      status: "failed",
      failure: { code: "x", message: "No." },
    });
    const ended = feed(state, {
      kind: "ended",
      context: 0,
      operationId: "op9",
      outcome: { operation: over },
    });
    expect(update(ended, { kind: "key", key: "t", text: "t" }).effects).toContainEqual({
      kind: "call",
      context: 0,
      call: { ...call, params: { ...call.params, credentials: {} } },
    });

    const secret = { ...call, params: { ...call.params, credentials: { key: "s3cret" } } };
    const kept = feed(liveState(), {
      kind: "called",
      context: 0,
      call: secret,
      operationId: "op9",
    });
    expect(JSON.stringify([...(kept.contexts[0]?.started ?? [])])).not.toContain("s3cret");
  });

  test("y copies the command of the screen", () => {
    expect(update(listed(), { kind: "key", key: "y", text: "y" }).effects).toContainEqual({
      kind: "copy",
      text: "gantry list --all-namespaces",
    });
  });
});
