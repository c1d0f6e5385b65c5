import type { KeptRequest } from "@gantry/protocol";
import { describe, expect, test } from "vitest";
import { screenOf, type State } from "../state.ts";
import { BUNDLE, feed, keys, liveState, loaded, operation } from "../../testing/samples.ts";
import { update } from "../../update/update.ts";

const INSTALL = operation("op1", { kind: "install", installation: "shop-2", status: "failed" });
const BUILD = { id: "op2", kind: "build", status: "failed", created: INSTALL.created } as const;
const SOURCE = { file: "/w/porter.yaml" };

const KEPT: KeptRequest = {
  kind: "install",
  source: SOURCE,
  driver: "local",
  installation: "shop-2",
  namespace: "team",
  parameters: {
    size: { kind: "text", text: "large" },
    replicas: { kind: "json", value: 3 },
    gone: { kind: "text", text: "x" },
  },
  delete: false,
  withheld: ["pin", "api-key"],
};

function listed(): State {
  return feed(
    liveState(),
    ...keys("3"),
    loaded({ kind: "operations" }, [INSTALL, BUILD]),
    loaded({ kind: "endpoints" }, [{ name: "local", facets: ["run", "build"] }]),
  );
}

function valuesOf(state: State) {
  const screen = screenOf(state);
  if (screen.kind !== "form") throw new TypeError("There is no form.");
  const { fields, at } = screen.form;
  return {
    at: fields[at]?.name,
    values: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
  };
}

describe("trying an operation of an earlier session again", () => {
  test("fills the form in with what the daemon keeps, and asks for the rest", () => {
    const asked = update(listed(), { kind: "key", key: "t", text: "t" });
    const resource = { kind: "request", operationId: "op1" } as const;
    expect(asked.effects).toEqual([{ kind: "load", context: 0, resource }]);

    const known = update(asked.state, loaded(resource, { request: KEPT }));
    const bundle = { kind: "bundle", source: SOURCE } as const;
    expect(known.effects).toEqual([{ kind: "load", context: 0, resource: bundle }]);
    const opened = feed(known.state, loaded(bundle, BUNDLE));

    expect(valuesOf(opened)).toEqual({
      at: "pin",
      values: {
        installation: "shop-2",
        namespace: "team",
        size: "large",
        replicas: "3",
        pin: "",
        "api-key": "",
        driver: "local",
      },
    });
    expect(opened.toast?.text).toBe(
      "Filled in as it was. Not kept, to be given again: pin, api-key.",
    );
  });

  test("of a build has its switches and arguments", () => {
    const asked = feed(listed(), ...keys("down", "t"));
    const request = {
      kind: "build",
      source: SOURCE,
      parameters: {},
      delete: false,
      build: { noCache: true, buildArgs: { A: "1", B: "2" } },
      withheld: [],
    };
    const opened = feed(asked, loaded({ kind: "request", operationId: "op2" }, { request }));

    expect(valuesOf(opened).values).toMatchObject({
      "no-cache": "yes",
      pull: "",
      "build-arg": "A=1 B=2",
    });
    expect(opened.toast?.text).toBe("Filled in as it was.");
  });

  test("says so when nothing of it is kept", () => {
    const asked = feed(listed(), ...keys("down", "t"));
    const known = feed(asked, loaded({ kind: "request", operationId: "op2" }, {}));

    expect(known.toast).toMatchObject({ isBad: true });
    expect(screenOf(known).kind).toBe("operations");
  });
});
