import type { Failure } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";
import { changedLines } from "../options/changed-lines.ts";
import { changeRequest, optionChanges, optionsCommand } from "../options/option-changes.ts";
import { type Form, flagOf, moveTo } from "../state/form/form.ts";
import type { Message } from "../state/message.ts";
import { wantOptions } from "../state/navigation.ts";
import type { ScreenOf } from "../state/screen.ts";
import { say, screenOf, type State, type Step, step, still, withScreen } from "../state/state.ts";

type FormScreen = ScreenOf<"form">;

/** Sends a form of options: the daemon is asked first what would become of the configuration. */
export function submitOptions(state: State, { form }: FormScreen): Step {
  const { purpose } = form;
  if (purpose.kind === "new-endpoint")
    return wantOptions(state, flagOf(form, "name"), {
      driver: flagOf(form, "driver"),
      isNew: true,
    });
  const changes = optionChanges(form);
  if (changes.length === 0) return still(say(state, "Nothing was changed."));
  const asking = say(state, "Asking whether that is valid ...");
  return step(asking, { kind: "check-options", context: state.current, changes });
}

/** Asks whether to go on, with what changes in the file. */
export function optionsChecked(
  state: State,
  { context, changes, path, before, after }: Extract<Message, { kind: "options-checked" }>,
): State {
  const form = optionsFormOf(state, context);
  if (form === undefined) return state;
  const { toast: _asking, ...rest } = state;
  const secrets = changes.flatMap(({ value, isSecret }) => (isSecret ? [String(value)] : []));
  const lines = changedLines(before, after).map((one) =>
    secrets.reduce((text, secret) => text.replaceAll(secret, "******"), one),
  );
  const call = { method: "config.change", params: changeRequest(changes, false) } as const;
  return {
    ...rest,
    overlay: {
      kind: "confirm",
      title: "Change the configuration?",
      lines: [`In ${path}:`, ...lines],
      command: optionsCommand(form),
      typed: "",
      effects: [{ kind: "call", context, call }],
    },
  };
}

/** Shows a refusal at the field that it is about. */
export function optionsRefused(
  state: State,
  { context, failure }: Extract<Message, { kind: "options-refused" }>,
): State {
  const form = optionsFormOf(state, context);
  const screen = screenOf(state);
  if (form === undefined || screen.kind !== "form") return state;
  const { message, hint = "" } = failure;
  const said = say(state, `${message} ${hint}`.trim(), true);
  const [at, text] = placeOf(form, failure);
  if (at < 0) return said;
  const refusal = { name: form.fields[at]?.name ?? "", text };
  return withScreen(said, { ...screen, form: { ...moveTo(form, at), refusal } });
}

function optionsFormOf(state: State, context: number): Form | undefined {
  const screen = screenOf(state);
  const isThere = context === state.current && screen.kind === "form";
  return isThere && screen.form.purpose.kind === "options" ? screen.form : undefined;
}

/** The field that a refusal is about, and what it says of it: `host must be string`. -1: none. */
function placeOf({ fields }: Form, { message, details = [] }: Failure): readonly [number, string] {
  const sentences = [...details, message].map((one) => cleanText(one));
  const names = fields.map(({ name }) => name);
  for (const sentence of sentences) {
    const missing = missingIn(names, sentence);
    if (missing >= 0) return [missing, "needs a value"];
    const [at, text] = namedIn(names, sentence);
    if (at >= 0) return [at, text];
  }
  return [-1, ""];
}

/** Of what is missing the object is named that lacks it. */
function missingIn(names: readonly string[], sentence: string): number {
  const [, outer = "", inner = ""] =
    /([\w.-]+) must have required property '([^']+)'/.exec(sentence) ?? [];
  return names.indexOf(outer === "options" ? inner : `${outer}.${inner}`);
}

/** An option stands at the beginning of what is said of it; the longest name that fits is meant. */
function namedIn(names: readonly string[], sentence: string): readonly [number, string] {
  const said = sentence.split(": ").slice(-2).join(": ");
  const fits = names.flatMap((name, at) =>
    [said, sentence].flatMap((text) => {
      const found = text.indexOf(`${name} `);
      return found >= 0 && !/[\w.]/.test(text[found - 1] ?? "")
        ? [{ at, name, text: text.slice(found + name.length + 1).replace(/\.$/, "") }]
        : [];
    }),
  );
  const [best] = fits.toSorted((left, right) => right.name.length - left.name.length);
  return best === undefined ? [-1, ""] : [best.at, best.text];
}
