import { describe, expect, test } from "vitest";
import { isCovered, isNone, narrowed, widening } from "./compare-powers.ts";
import { NO_POWERS, Powers } from "./powers.ts";

const powers = (fields: object): Powers => Powers.parse(fields);

describe("what a grant covers", () => {
  test.each([
    [{ read: ["/etc"] }, { read: ["/etc/hosts"] }],
    [{ read: ["/"] }, { read: ["~/.kube", "/etc"] }],
    [{ read: ["~/"] }, { read: ["~/.kube/config"] }],
    [{ write: ["/srv"] }, { read: ["/srv/a"] }],
    [{ read: ["/etc/"] }, { read: ["/etc//./hosts"] }],
    [{ network: ["*"] }, { network: ["a.example:1", "*"] }],
    [{ network: ["*.example:443"] }, { network: ["A.Example:443", "*.b.example:443"] }],
    [{ network: ["a.example:*"] }, { network: ["a.example:80"] }],
    [{ subprocesses: ["*"] }, { subprocesses: ["git"] }],
    [{ engine: { calls: ["build", "run"] } }, { engine: { calls: ["run"] } }],
  ])("%j covers %j", (granted, asked) => {
    expect(widening(powers(granted), powers(asked))).toEqual(NO_POWERS);
    expect(isCovered(powers(granted), powers(asked))).toBe(true);
  });

  test.each([
    [{ read: ["/etc"] }, { read: ["/etcetera"] }],
    [{ read: ["/srv"] }, { write: ["/srv"] }],
    [{ read: ["/home/me"] }, { read: ["~/x"] }],
    [{ network: ["*.example:443"] }, { network: ["example:443"] }],
    [{ network: ["*.example:443"] }, { network: ["a.example:80"] }],
    [{ network: ["a.example:*"] }, { network: ["*"] }],
    [{ network: ["a.example:443"] }, { network: ["*.a.example:443"] }],
    [{ environment: ["A"] }, { environment: ["a"] }],
    [{ subprocesses: ["git"] }, { subprocesses: ["*"] }],
    [{ secrets: ["A"] }, { secrets: ["B"] }],
    [{}, { engine: { calls: ["build"] } }],
    [{ engine: { calls: ["run"] } }, { engine: { api: "podman", calls: ["run"] } }],
    [{ engine: { api: "podman", calls: ["run"] } }, { engine: { calls: ["run"] } }],
    [{ engine: { calls: ["run"] } }, { engine: { calls: ["run"], reach: ["privileged"] } }],
  ])("%j does not cover %j", (granted, asked) => {
    expect(widening(powers(granted), powers(asked))).toEqual(powers(asked));
  });

  test("only what is new is widening", () => {
    const wider = widening(
      powers({ network: ["a.example:443"], engine: { calls: ["build"] } }),
      powers({ network: ["a.example:443", "b.example:443"], engine: { calls: ["build", "run"] } }),
    );

    expect(wider).toEqual(powers({ network: ["b.example:443"], engine: { calls: ["run"] } }));
    expect(isNone(wider)).toBe(false);
  });
});

test("a grant shrinks to what is asked for still", () => {
  const granted = powers({
    read: ["/etc", "/srv/a"],
    network: ["a.example:443"],
    engine: { calls: ["build", "run"], reach: ["privileged"] },
  });
  const asked = powers({ read: ["/srv"], engine: { calls: ["run"] }, environment: ["A"] });

  expect(narrowed(granted, asked)).toEqual(
    powers({ read: ["/srv/a"], engine: { calls: ["run"] } }),
  );
  expect(narrowed(granted, powers({}))).toEqual(NO_POWERS);
});

test("a path that climbs is none", () => {
  expect(Powers.safeParse({ read: ["/srv/../etc"] }).success).toBe(false);
  expect(Powers.safeParse({ read: ["/srv/a..b"] }).success).toBe(true);
});
