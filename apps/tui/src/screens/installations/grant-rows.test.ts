import { describe, expect, test } from "vitest";
import { NOW, PLAN } from "../../testing/samples.ts";
import { textOf } from "../../text/line.ts";
import { grantRows } from "./grant-rows.ts";

const granted = "2026-01-02T03:00:05Z";
const CHOWN = { power: "capability", value: "CAP_CHOWN" } as const;
const HOST = { power: "network", value: "host" } as const;

function shown(change: Partial<Parameters<typeof grantRows>[0]>): string {
  const rows = grantRows({ grants: [], plan: undefined, failure: undefined, now: NOW, ...change });
  return rows.map(({ line }) => textOf(line).trimEnd()).join("\n");
}

describe("the grants of an installation", () => {
  test("are told from what is asked for and not granted, and from what nobody asks for", () => {
    const plan = {
      ...PLAN,
      requested: [CHOWN, HOST],
      missing: [{ ...HOST, flag: "--network host" }],
      changes: { since: granted, added: ["network default"], removed: ["network host"] },
    };
    const grants = [
      { ...CHOWN, asker: "bundle", granted },
      { power: "privileged", value: "", asker: "operator", granted },
    ] as const;

    const text = shown({ grants, plan });

    expect(text).toMatch(/GRANTS: R REVOKES, A GRANTS/);
    expect(text).toMatch(/capability CAP_CHOWN +granted {2}4m$/m);
    expect(text).toMatch(/privileged +granted, not asked for {2}4m, by you$/m);
    expect(text).toMatch(/network host +not granted {2}--network host$/m);
    expect(text).toMatch(
      /CHANGED SINCE A PLAN WAS APPROVED ON .*\n\+ network default\n- network host$/,
    );
  });

  test("are there without a plan, which says why it cannot be had", () => {
    const failure = { code: "x", message: "Its bundle is gone." };

    expect(shown({})).toBe("");
    expect(shown({ failure })).toContain("What it asks for is not known: Its bundle is gone.");
  });
});
