import { describe, expect, it } from "vitest";
import { InputError } from "../problem.ts";
import { bundleWith, thrownBy } from "../testing/bundle.ts";
import { checkCredentials } from "./credentials.ts";

const bundle = bundleWith({
  actions: { "io.cnab.help": { stateless: true }, "io.example.look": {} },
  credentials: {
    token: { env: "TOKEN", required: true },
    key: { path: "/key", required: true, applyTo: ["upgrade"] },
    extra: { env: "EXTRA" },
  },
});

describe("checkCredentials", () => {
  it("gives back what the action takes", () => {
    const supplied = { token: "t", key: "k", extra: "" };

    expect(checkCredentials({ bundle, action: "install", supplied })).toEqual({
      values: { token: "t", extra: "" },
      warnings: [],
    });
    expect(checkCredentials({ bundle, action: "upgrade", supplied }).values).toEqual(supplied);
  });

  it("[P-15] refuses an action without its required credentials, naming each", () => {
    const error = thrownBy(() => checkCredentials({ bundle, action: "upgrade", supplied: {} }));

    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      code: "required",
      problems: [{ path: "/credentials/token" }, { path: "/credentials/key" }],
    });
    expect(
      thrownBy(() => checkCredentials({ bundle, action: "io.example.look", supplied: {} })),
    ).toMatchObject({ problems: [{ path: "/credentials/token" }] });
  });

  it("[A-03] never refuses a stateless action, but passes on what was given", () => {
    const action = "io.cnab.help";

    expect(checkCredentials({ bundle, action, supplied: {} }).values).toEqual({});
    expect(checkCredentials({ bundle, action, supplied: { token: "t" } }).values).toEqual({
      token: "t",
    });
  });

  it("warns of one that the bundle does not know, never showing its value", () => {
    const supplied = { token: "t", tokn: "hunter2" };
    const { values, warnings } = checkCredentials({ bundle, action: "install", supplied });

    expect(values).toEqual({ token: "t" });
    expect(warnings).toMatchObject([
      { code: "unknown-credential", severity: "warning", hint: 'Did you mean "token"?' },
    ]);
    expect(JSON.stringify(warnings)).not.toContain("hunter2");
  });

  it("refuses an unknown action", () => {
    expect(
      thrownBy(() => checkCredentials({ bundle, action: "nothing", supplied: {} })),
    ).toMatchObject({ code: "unknown-action" });
  });
});
