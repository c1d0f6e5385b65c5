import { describe, expect, test } from "vitest";
import { BUNDLE } from "../../testing/samples.ts";
import { checkValue } from "./check-value.ts";
import { formCommand } from "../command.ts";
import { formCall } from "./form-call.ts";
import { runForm } from "./bundle-forms.ts";
import { type Form, firstProblem, moveTo, problemOf, typeInto } from "./form.ts";

const INSTALL = runForm({
  action: "install",
  source: { file: "/w/porter.yaml" },
  bundle: BUNDLE,
  drivers: ["local"],
  current: new Map(),
});

function filled(form: Form, values: Readonly<Record<string, string>>): Form {
  return {
    ...form,
    fields: form.fields.map((field) => ({ ...field, value: values[field.name] ?? field.value })),
  };
}

describe("a form made from a bundle", () => {
  test("has a field for each input, secrets masked, choices offered, and begins where something is needed", () => {
    expect(INSTALL.fields.map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      "installation:text",
      "namespace:text",
      "size:choice",
      "replicas:text",
      "pin:secret",
      "api-key:secret",
      "driver:choice",
    ]);
    expect(INSTALL.fields[INSTALL.at]?.name).toBe("replicas");
  });

  test("offers of an upgrade only what is missing, and shows what is", () => {
    const current = new Map([
      ["size", "large"],
      ["replicas", "3"],
    ]);
    const form = runForm({
      action: "upgrade",
      source: {},
      bundle: BUNDLE,
      installation: { namespace: "", name: "a" },
      drivers: [],
      current,
    });

    expect(form.fields.find(({ name }) => name === "replicas")).toMatchObject({
      otherwise: "3",
      isRequired: false,
    });
  });

  test("takes keys: text, a choice, a backspace", () => {
    const at = (name: string): Form =>
      moveTo(
        INSTALL,
        INSTALL.fields.findIndex((field) => field.name === name),
      );
    const value = (form: Form): string | undefined => form.fields[form.at]?.value;

    expect(
      value(typeInto(typeInto(at("replicas"), { key: "4", text: "4" }), { key: "2", text: "2" })),
    ).toBe("42");
    expect(
      value(typeInto(filled(at("replicas"), { replicas: "42" }), { key: "backspace", text: "" })),
    ).toBe("4");
    expect(value(typeInto(at("size"), { key: "right", text: "" }))).toBe("large");
  });

  test("is sent only when every field is right", () => {
    expect(INSTALL.fields[firstProblem(INSTALL)]?.name).toBe("replicas");
    expect(
      firstProblem(filled(INSTALL, { replicas: "12", "api-key": "k" })),
    ).toBeGreaterThanOrEqual(0);
    expect(firstProblem(filled(INSTALL, { replicas: "4", "api-key": "k" }))).toBe(-1);
  });

  test("becomes the request, and the command that does the same without its secrets", () => {
    const form = filled(INSTALL, {
      replicas: "4",
      pin: "1234",
      "api-key": "k3y",
      installation: "my shop",
    });

    expect(formCall(form, "/w")).toMatchObject({
      method: "installation.install",
      params: {
        installation: "my shop",
        parameters: { replicas: { kind: "text", text: "4" } },
        credentials: { "api-key": "k3y" },
      },
    });
    expect(formCommand(form)).toBe(
      "gantry install 'my shop' --file /w/porter.yaml --param replicas=4 --param 'pin=******' --cred api-key=env:API_KEY",
    );
  });
});

describe("a value while it is typed", () => {
  test.each([
    ["integer", {}, "4", undefined],
    ["integer", {}, "4.5", "a whole number"],
    ["integer", { minimum: 5 }, "4", "at least 5"],
    ["number", { exclusiveMaximum: 5 }, "5", "less than 5"],
    ["number", {}, "", "a number"],
    ["boolean", {}, "yes", "true or false"],
    ["string", { minLength: 2 }, "é", "at least 2 characters"],
    ["string", { pattern: "^a" }, "b", "must match ^a"],
    ["string", { pattern: "(" }, "b", undefined],
    ["string", { enum: ["a", "b"] }, "c", "one of a, b"],
    ["object", {}, "{", "a JSON object, or @FILE"],
    ["object", {}, "@file.json", undefined],
    ["array", {}, "[1]", undefined],
    ["file", {}, "some/path", undefined],
  ])("%s %j: %j", (type, schema, text, expected) => {
    expect(checkValue(type, schema, text)).toBe(expected);
  });

  test("is not missed before it is asked for", () => {
    const [field] = INSTALL.fields;
    expect(field === undefined ? "" : problemOf(field)).toBeUndefined();
  });
});
