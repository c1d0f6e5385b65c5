import type { ConfigEntry, Methods } from "@gantry/protocol";
import type { ParamsOf } from "@gantry/rpc";
import { commandLine } from "../state/command.ts";
import type { Field, Form, Purpose } from "../state/form/form.ts";
import { valueOfText } from "./option-value.ts";

/** A setting of the configuration and what it is to be; without a value it is taken out. */
export interface OptionChange {
  readonly key: string;
  readonly value?: unknown;
  readonly isSecret?: true;
}

/** The request that makes changes, or that says only what they would make. */
export function changeRequest(
  changes: readonly OptionChange[],
  dryRun: boolean,
): ParamsOf<Methods["config.change"]> {
  return {
    // What was read from a form is JSON.
    changes: changes.map(({ key, value }) =>
      value === undefined ? { key } : { key, value: value as ConfigEntry["value"] },
    ),
    dryRun,
  };
}

type OptionsPurpose = Extract<Purpose, { kind: "options" }>;

/** What a form of options changes, setting by setting; nothing when it was left as it was. */
export function optionChanges({ purpose, fields }: Form): readonly OptionChange[] {
  if (purpose.kind !== "options") return [];
  const { endpoint, driver, isConfigured } = purpose;
  const options = fields.flatMap((field) => changeOf(purpose, field));
  const key = `endpoints.${endpoint}.driver`;
  return isConfigured ? options : [{ key, value: driver }, ...options];
}

function changeOf(
  { endpoint, before }: OptionsPurpose,
  { name, value, schema, kind }: Field,
): readonly OptionChange[] {
  if (value === (before.get(name) ?? "")) return [];
  const key = `endpoints.${endpoint}.options.${name}`;
  if (value === "") return [{ key }];
  const secret = kind === "secret" ? ({ isSecret: true } as const) : {};
  return [{ key, value: valueOfText(schema, value), ...secret }];
}

/** The commands that do the same. Secrets are named, never shown. */
export function optionsCommand(form: Form): string {
  const changes = optionChanges(form);
  if (form.purpose.kind !== "options") return commandLine("config", "list");
  const { endpoint, isConfigured, needsMore } = form.purpose;
  if (changes.length === 0) return commandLine("drivers", "options", endpoint);
  // An endpoint without what its driver needs is refused, so such a one is set whole.
  if (!isConfigured && needsMore) {
    const whole = wholeOf(endpoint, changes, (one) => (one.isSecret ? "******" : one.value));
    return commandLine("config", "set", `endpoints.${endpoint}`, JSON.stringify(whole));
  }
  return changes
    .map(({ key, value, isSecret }) =>
      value === undefined
        ? commandLine("config", "unset", key)
        : commandLine("config", "set", key, isSecret ? "******" : yamlText(value)),
    )
    .join(" && ");
}

/** A new endpoint as one value. */
function wholeOf(
  endpoint: string,
  changes: readonly OptionChange[],
  shown: (change: OptionChange) => unknown,
): Readonly<Record<string, unknown>> {
  const prefix = `endpoints.${endpoint}.options.`;
  const driver = changes.find(({ key }) => key === `endpoints.${endpoint}.driver`)?.value;
  const options: Record<string, unknown> = {};
  for (const change of changes.filter(({ key }) => key.startsWith(prefix))) {
    const [outer = "", inner] = change.key.slice(prefix.length).split(".", 2);
    const before = options[outer];
    options[outer] =
      inner === undefined
        ? shown(change)
        : { ...(typeof before === "object" ? before : {}), [inner]: shown(change) };
  }
  return { name: endpoint, driver, options };
}

const PLAIN_TEXT = /^(?!(true|false|null|yes|no|on|off)$)[A-Za-z/]([\w./:@%+-]*[\w./@%+-])?$/i;

/** A value as YAML that is taken for nothing else: text that looks like a number is quoted. */
function yamlText(value: unknown): string {
  return typeof value === "string" && PLAIN_TEXT.test(value) ? value : JSON.stringify(value);
}
