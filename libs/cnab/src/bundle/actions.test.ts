import { describe, expect, it } from "vitest";
import { InputError } from "../problem.ts";
import { bundleWith, thrownBy } from "../testing/bundle.ts";
import { appliesTo, describeAction } from "./actions.ts";
import { validateBundle } from "./validate-bundle.ts";

const bundle = bundleWith({
  actions: {
    "io.cnab.help": { stateless: true },
    "io.example.rotate": { modifies: true, title: "Rotate", description: "Rotate the keys" },
    "io.example.plain": {},
  },
});

describe("describeAction", () => {
  it.each(["install", "upgrade", "uninstall"])("knows %s of every bundle", (name) => {
    expect(describeAction(bundle, name)).toEqual({
      name,
      builtIn: true,
      modifies: true,
      stateless: false,
    });
  });

  it("[A-05] takes an action to modify nothing, and to keep state, unless it says so", () => {
    expect(describeAction(bundle, "io.example.plain")).toEqual({
      name: "io.example.plain",
      builtIn: false,
      modifies: false,
      stateless: false,
    });
    expect(describeAction(bundle, "io.example.rotate")).toMatchObject({ modifies: true });
  });

  it("describes a well-known action that does not describe itself", () => {
    expect(describeAction(bundle, "io.cnab.help")).toMatchObject({
      stateless: true,
      description: "Print help",
    });
  });

  it("gives the bundle's own words", () => {
    expect(describeAction(bundle, "io.example.rotate")).toMatchObject({
      title: "Rotate",
      description: "Rotate the keys",
    });
  });

  it.each(["instal", "io.example.rotat", "io.cnab.status", "constructor", ""])(
    "[A-02] refuses %j, which is neither built in nor declared",
    (name) => {
      expect(thrownBy(() => describeAction(bundle, name))).toBeInstanceOf(InputError);
    },
  );

  it("[A-02] suggests the action that was meant", () => {
    expect(thrownBy(() => describeAction(bundle, "instal"))).toMatchObject({
      code: "unknown-action",
      message: 'The bundle "hello" has no action "instal".',
      hint: 'Did you mean "install"?',
    });
  });
});

describe("a bundle with custom actions", () => {
  it("[A-01] is as good as any other", () => {
    const declared = bundleWith({ actions: { "io.example.anything": { modifies: true } } });

    expect(validateBundle(declared)).toEqual([]);
    expect(describeAction(declared, "install").builtIn).toBe(true);
  });
});

describe("appliesTo", () => {
  it("takes absent and empty for every action", () => {
    expect(appliesTo({}, "install")).toBe(true);
    expect(appliesTo({ applyTo: [] }, "install")).toBe(true);
    expect(appliesTo({ applyTo: ["upgrade"] }, "install")).toBe(false);
    expect(appliesTo({ applyTo: ["upgrade", "install"] }, "install")).toBe(true);
  });
});
