import { describe, expect, test } from "vitest";
import type { OptionChange } from "../options/option-changes.ts";
import type { ResourceValues } from "../state/resource.ts";
import { screenOf, type State } from "../state/state.ts";
import { ENDPOINT, feed, keys, liveState, loaded } from "../testing/samples.ts";
import { update } from "./update.ts";

const PATH = "/home/me/gantry/config.yaml";
const { name: NAME } = ENDPOINT;

const OPTIONS: ResourceValues["options"] = {
  name: NAME,
  driver: "docker",
  version: "1",
  path: PATH,
  schema: {
    type: "object",
    properties: {
      host: { type: "string", description: "Address of the engine." },
      tls: { type: "boolean", default: false },
      token: { type: "string", writeOnly: true },
      pull: {
        type: "object",
        required: ["policy"],
        properties: { policy: { enum: ["always", "never"] }, retries: { type: "integer" } },
      },
    },
  },
  entries: [
    { key: `endpoints.${NAME}.driver`, value: "docker" },
    { key: `endpoints.${NAME}.options.host`, value: "unix:///a" },
    { key: `endpoints.${NAME}.options.pull.retries`, value: 3 },
  ],
};

function opened(options = OPTIONS): State {
  const listed = feed(liveState(), ...keys("5"), loaded({ kind: "endpoints" }, [ENDPOINT]));
  return feed(listed, ...keys("e"), loaded({ kind: "options", name: NAME }, options));
}

function formOf(state: State) {
  const screen = screenOf(state);
  return screen.kind === "form" ? screen.form : undefined;
}

const TO_THE_BUTTON = ["pagedown"];

describe("the options of an endpoint", () => {
  test("are a form made from the schema, filled with what the configuration has", () => {
    const fields = formOf(opened())?.fields.map(({ name, kind, value }) => [name, kind, value]);

    expect(fields).toEqual([
      ["host", "text", "unix:///a"],
      ["tls", "choice", ""],
      ["token", "secret", ""],
      ["pull.policy", "choice", ""],
      ["pull.retries", "text", "3"],
    ]);
  });

  test("only what was changed is asked for, then shown as the file changes, then written", () => {
    const typed = feed(
      opened(),
      ...keys("ctrl-u", "down", "right", "down", "t", "0", "k", "down", "right", ...TO_THE_BUTTON),
    );
    const asked = update(typed, { kind: "key", key: "enter", text: "" });
    const key = `endpoints.${NAME}.options`;
    const changes: readonly OptionChange[] = [
      { key: `${key}.host` },
      { key: `${key}.tls`, value: true },
      { key: `${key}.token`, value: "t0k", isSecret: true },
      { key: `${key}.pull.policy`, value: "always" },
    ];
    expect(asked.effects).toContainEqual({ kind: "check-options", context: 0, changes });

    const shown = feed(asked.state, {
      kind: "options-checked",
      context: 0,
      changes,
      path: PATH,
      before: "a\nhost: unix:///a\n",
      after: "a\ntls: true\ntoken: t0k\n",
    });
    expect(shown.overlay).toMatchObject({
      kind: "confirm",
      lines: [`In ${PATH}:`, "- host: unix:///a", "+ tls: true", "+ token: ******"],
      command: [
        `gantry config unset ${key}.host`,
        `gantry config set ${key}.tls true`,
        `gantry config set ${key}.token '******'`,
        `gantry config set ${key}.pull.policy always`,
      ].join(" && "),
    });
    const { effects } = update(shown, { kind: "key", key: "enter", text: "" });
    expect(effects).toMatchObject([
      {
        kind: "call",
        call: { method: "config.change", params: { dryRun: false, changes: { length: 4 } } },
      },
    ]);
  });

  test.each([
    ["pull.retries must be >= 1", "pull.retries", "must be >= 1"],
    ["pull must have required property 'policy'", "pull.policy", "needs a value"],
    ["options must have required property 'host'", "host", "needs a value"],
  ])("a refusal that says %j is shown at its field", (said, name, text) => {
    const message = `The configuration would not be valid: The options of endpoint x do not fit its driver: ${said}.`;
    const refused = feed(opened(), {
      kind: "options-refused",
      context: 0,
      failure: { code: "invalid-options", message },
    });

    const form = formOf(refused);
    expect(form?.refusal).toEqual({ name, text });
    expect(form?.fields[form.at]?.name).toBe(name);
    expect(refused.toast).toMatchObject({ isBad: true });
    const changed = feed(refused, ...keys("right", "1"));
    expect(formOf(changed)?.refusal).toBeUndefined();
  });

  test("a new endpoint begins with its driver and a name that is not taken", () => {
    const listed = feed(liveState(), ...keys("5"), loaded({ kind: "endpoints" }, [ENDPOINT]));
    const begun = feed(
      listed,
      ...keys("n"),
      { kind: "paste", text: NAME },
      ...keys("enter", "enter"),
    );
    expect(formOf(begun)?.isChecked).toBe(true);

    const named = feed(begun, ...keys("-", "2", "enter"));
    const { state, effects } = update(named, { kind: "key", key: "enter", text: "" });
    expect(effects).toMatchObject([{ kind: "load", resource: { kind: "options" } }]);

    const options = { ...OPTIONS, name: ENDPOINT.driver, driver: ENDPOINT.driver };
    const form = feed(state, loaded({ kind: "options", name: ENDPOINT.driver }, options));
    const sent = update(feed(form, ...keys(...TO_THE_BUTTON)), {
      kind: "key",
      key: "enter",
      text: "",
    });
    expect(sent.effects).toContainEqual({
      kind: "check-options",
      context: 0,
      changes: [{ key: `endpoints.${NAME}-2.driver`, value: ENDPOINT.driver }],
    });
  });

  test("a new endpoint whose driver needs options is one command", () => {
    const listed = feed(liveState(), ...keys("5"), loaded({ kind: "endpoints" }, [ENDPOINT]));
    const named = feed(listed, ...keys("n", "b", "enter", "enter"));
    const schema = { ...OPTIONS.schema, required: ["host"] };
    const options = { ...OPTIONS, name: ENDPOINT.driver, driver: "docker", schema };
    const form = feed(
      named,
      loaded({ kind: "options", name: ENDPOINT.driver }, options),
      ...keys("h", ...TO_THE_BUTTON, "enter"),
      {
        kind: "options-checked",
        context: 0,
        changes: [],
        path: PATH,
        before: "",
        after: "x\n",
      },
    );

    expect(form.overlay).toMatchObject({
      command: `gantry config set endpoints.b '{"name":"b","driver":"docker","options":{"host":"h"}}'`,
    });
  });
});
