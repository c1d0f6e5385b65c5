import { expect, test } from "vitest";
import { BROKER_LABEL, ownerLabels, withLabels } from "./labels.ts";

const OWNER = { kind: "driver", name: "mine" } as const;
const OWN = ownerLabels(OWNER, "home");

test("an owner's label is put on, whether the client named it empty or not at all", () => {
  for (const given of [undefined, { [BROKER_LABEL]: "" }]) {
    expect(withLabels(given, OWN, OWNER)).toEqual(OWN);
  }
  expect(withLabels({ a: "b" }, OWN, OWNER)).toEqual({ a: "b", ...OWN });
});

test("an owner's label that names somebody else is refused", () => {
  const given = { [BROKER_LABEL]: "driver/home/other" };

  expect(() => withLabels(given, OWN, OWNER)).toThrow(/dev\.gantry\.broker/);
});
