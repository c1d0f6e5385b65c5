import { describe, expect, test } from "vitest";
import { screenOf, type State } from "../../state/state.ts";
import { audited, feed, keys, liveState, loaded } from "../../testing/samples.ts";
import { update } from "../../update/update.ts";

describe("the audit", () => {
  const CALLS = [
    audited(),
    audited({ verdict: "denied", path: "/volumes" }),
    audited({ owner: { kind: "driver", name: "docker" } }),
  ];
  const seen = (): State => feed(liveState(), ...keys("6", "A"), loaded({ kind: "audit" }, CALLS));

  test("is followed until another row is chosen, and again when asked", () => {
    const moved = feed(seen(), ...keys("k"));

    expect(screenOf(seen())).toMatchObject({ kind: "audit", isFollowing: true });
    expect(screenOf(moved)).toMatchObject({
      isFollowing: false,
      place: { chosen: expect.stringContaining("/volumes") as string },
    });
    expect(screenOf(feed(moved, ...keys("f")))).toMatchObject({ isFollowing: true });
  });

  test("asks for what was denied, of one owner, and shows the command for that", () => {
    const denied = update(seen(), { kind: "key", key: "d", text: "d" });
    const owned = update(feed(denied.state, ...keys("o", "o")), {
      kind: "key",
      key: "y",
      text: "y",
    });

    expect(denied.effects).toContainEqual({
      kind: "load",
      context: 0,
      resource: { kind: "audit", verdict: "denied" },
    });
    expect(owned.effects).toContainEqual({
      kind: "copy",
      text: "gantry audit --owner shop --verdict denied",
    });
  });
});
