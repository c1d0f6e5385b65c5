import { describe, expect, it } from "vitest";
import type { Bundle } from "../bundle/schema.ts";
import { InputError } from "../problem.ts";
import { bundleTaking, bundleWith, thrownBy } from "../testing/bundle.ts";
import { type ParameterRequest, resolveParameters } from "./parameters.ts";

function resolve(bundle: Bundle, request: Partial<ParameterRequest> = {}) {
  return resolveParameters({ bundle, action: "install", supplied: {}, ...request });
}

function refusal(bundle: Bundle, request: Partial<ParameterRequest> = {}) {
  const error = thrownBy(() => resolve(bundle, request));
  expect(error).toBeInstanceOf(InputError);
  return error;
}

const preset = bundleTaking({ type: "string", default: "default" });

function from(request: Partial<ParameterRequest>) {
  return resolve(preset, request).parameters;
}

describe("where a parameter's value comes from", () => {
  it("[P-13] is what the user gave, else what was given before, else a source, else the default", () => {
    const all = { supplied: { it: "a" }, previous: { it: "b" }, sourced: { it: "c" } };

    expect(from(all)).toMatchObject([{ value: "a", from: "supplied" }]);
    expect(from({ ...all, supplied: {} })).toMatchObject([{ value: "b", from: "previous" }]);
    expect(from({ sourced: { it: "c" } })).toMatchObject([{ value: "c", from: "sourced" }]);
    expect(from({})).toMatchObject([{ value: "default", from: "default" }]);
  });

  it("[P-13] all ends up in the values that a claim stores, defaults too", () => {
    const two = bundleWith({
      definitions: { text: { type: "string" }, port: { type: "integer", default: 80 } },
      parameters: {
        a: { definition: "text", destination: { env: "A" } },
        b: { definition: "port", destination: { env: "B" } },
      },
    });

    expect(resolve(two, { supplied: { a: "x" } }).values).toEqual({ a: "x", b: 80 });
  });

  it("[P-04] is the default when nobody gave one, which satisfies required", () => {
    const required = bundleTaking({ type: "integer", default: 0 }, { required: true });

    expect(resolve(required).values).toEqual({ it: 0 });
  });

  it("[P-05] may be nowhere: then the parameter has no value, not null, zero or false", () => {
    expect(resolve(bundleTaking({ type: "integer" })).values).toEqual({});
  });

  it("may be an empty or a null value, which is not the same as none", () => {
    expect(resolve(preset, { supplied: { it: "" } }).values).toEqual({ it: "" });
    expect(resolve(bundleTaking({ default: null })).values).toEqual({ it: null });
  });

  it("does not share the default with the bundle", () => {
    const listing = bundleTaking({ type: "array", default: [1] });
    const first = resolve(listing).values["it"];

    expect(first).toEqual([1]);
    expect(first).not.toBe(resolve(listing).values["it"]);
  });
});

describe("what is refused of parameters", () => {
  it("[P-03] a required one without a value, when the action takes it", () => {
    const bundle = bundleTaking({ type: "string" }, { required: true, applyTo: ["install"] });

    expect(refusal(bundle)).toMatchObject({
      code: "required",
      message: 'The parameter "it" is required by install of "hello" and has no value.',
      hint: 'Give "it" a value.',
    });
    expect(resolve(bundle, { action: "upgrade" }).values).toEqual({});
  });

  it("[P-01, P-02] a value that the definition refuses, whoever gave it", () => {
    const bundle = bundleTaking({ type: "integer", maximum: 10 });
    const message = 'The parameter "it" cannot be used: expected integer, found "x".';

    expect(refusal(bundle, { supplied: { it: "x" } })).toMatchObject({
      message,
      problems: [{ path: "/parameters/it" }],
    });
    expect(refusal(bundle, { supplied: { it: 11 } })).toMatchObject({ code: "invalid-value" });
    expect(refusal(bundle, { previous: { it: "x" } })).toMatchObject({
      message: expect.stringContaining("kept from an earlier run"),
    });
    expect(refusal(bundle, { sourced: { it: "x" } })).toMatchObject({
      message: expect.stringContaining("an output of an earlier run"),
    });
    expect(refusal(bundleTaking({ type: "integer", default: "x" }))).toMatchObject({
      message: expect.stringContaining("its default"),
    });
  });

  it("[B-23] without showing a sensitive value", () => {
    const bundle = bundleTaking({ type: "string", maxLength: 3, writeOnly: true });

    expect(JSON.stringify(refusal(bundle, { supplied: { it: "hunter2" } }))).not.toContain(
      "hunter2",
    );
  });

  it("a value for a parameter that the bundle does not have, with the one that was meant", () => {
    const error = refusal(bundleTaking({}), { supplied: { itt: 1, constructor: 2 } });

    expect(error).toMatchObject({
      problems: [
        {
          code: "unknown-parameter",
          message: 'The bundle "hello" has no parameter "itt".',
          hint: 'Did you mean "it"?',
        },
        { message: 'The bundle "hello" has no parameter "constructor".' },
      ],
    });
  });

  it("an action that the bundle does not have", () => {
    expect(refusal(bundleTaking({}), { action: "instal" })).toMatchObject({
      code: "unknown-action",
    });
  });
});

describe("parameters of other actions", () => {
  const bundle = bundleTaking({ type: "integer" }, { applyTo: ["upgrade"] });

  it("[P-14] are left out, with a warning when one was given", () => {
    const { values, warnings, overrides } = resolve(bundle, { supplied: { it: 5 } });

    expect(values).toEqual({});
    expect(overrides).toEqual({ it: 5 });
    expect(warnings).toMatchObject([
      { severity: "warning", code: "not-applicable", hint: "It applies to: upgrade." },
    ]);
  });

  it("[P-14] are validated all the same when one was given", () => {
    expect(refusal(bundle, { supplied: { it: "x" } })).toMatchObject({ code: "invalid-value" });
  });
});

describe("what the next run is to know", () => {
  it("is what users gave, now or before, of parameters that still exist", () => {
    const bundle = bundleTaking({ type: "string", default: "d" });

    expect(resolve(bundle).overrides).toEqual({});
    expect(resolve(bundle, { sourced: { it: "s" } }).overrides).toEqual({});
    expect(resolve(bundle, { supplied: { it: "a" } }).overrides).toEqual({ it: "a" });
    expect(resolve(bundle, { previous: { it: "b", gone: 1 } }).overrides).toEqual({ it: "b" });
  });
});

describe("a readOnly parameter", () => {
  const bundle = bundleTaking({ type: "string", readOnly: true });
  const recorded = { it: "first" };

  it("[B-22] keeps the value it was installed with, with a warning", () => {
    const { values, warnings } = resolve(bundle, {
      action: "upgrade",
      recorded,
      supplied: { it: "second" },
    });

    expect(values).toEqual(recorded);
    expect(warnings).toMatchObject([{ severity: "warning", code: "read-only" }]);
  });

  it("[B-22] gives no warning for the same value, or none", () => {
    const upgrade = { action: "upgrade", recorded };

    expect(resolve(bundle, { ...upgrade, supplied: { it: "first" } }).warnings).toEqual([]);
    expect(resolve(bundle, upgrade)).toMatchObject({ values: recorded, warnings: [] });
  });

  it("takes a value at install, or when it had none", () => {
    const supplied = { it: "second" };

    expect(resolve(bundle, { recorded, supplied }).values).toEqual(supplied);
    expect(resolve(bundle, { action: "upgrade", recorded: {}, supplied }).values).toEqual(supplied);
  });
});

describe("sensitive parameters", () => {
  it("are marked", () => {
    const bundle = bundleTaking({ type: "string", writeOnly: true, default: "x" });

    expect(resolve(bundle).parameters).toMatchObject([{ name: "it", sensitive: true }]);
  });
});
