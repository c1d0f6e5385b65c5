import { isAbsolute, join, normalize } from "node:path";
import type { Plan } from "@gantry/protocol";
import { powersOf, powerWords, withPowers } from "../grants/call-powers.ts";
import { isRun, type RunCall, type StartCall } from "../state/call.ts";
import { publishWords } from "../publish/publish-form.ts";
import { formCall } from "../state/form/form-call.ts";
import {
  firstProblem,
  flagOf,
  type Form,
  moveTo,
  pasteInto,
  typeInto,
} from "../state/form/form.ts";
import { planWords } from "../state/plan-words.ts";
import { formCommand, quoteWord } from "../state/command.ts";
import type { Input } from "../state/message.ts";
import { back, push } from "../state/navigation.ts";
import { type ScreenOf, TOP } from "../state/screen.ts";
import {
  type Confirmation,
  say,
  type State,
  type Step,
  step,
  still,
  withScreen,
} from "../state/state.ts";
import { submitOptions } from "./options-input.ts";
import { pastedLine } from "../text/pasted-line.ts";

type FormScreen = ScreenOf<"form">;

/** Keys in a form: text goes into the field, Enter goes on, Escape leaves. */
export function handleForm(state: State, screen: FormScreen, input: Input): Step {
  const { form } = screen;
  const change = (next: Form): Step => still(withScreen(state, { ...screen, form: next }));
  if (input.kind === "paste") return change(pasteInto(form, pastedLine(input.text)));
  if (input.kind !== "key") return still(state);
  switch (input.key) {
    case "escape":
      return back(state);
    case "up":
    case "shift-tab":
      return change(moveTo(form, form.at - 1));
    case "down":
    case "tab":
      return change(moveTo(form, form.at + 1));
    case "pageup":
      return change(moveTo(form, 0));
    case "pagedown":
      return change(moveTo(form, form.fields.length));
    case "enter":
      return form.at < form.fields.length && form.purpose.kind !== "open"
        ? change(moveTo(form, form.at + 1))
        : submit(state, screen);
    default:
      return change(typeInto(form, input));
  }
}

function submit(state: State, screen: FormScreen): Step {
  const { form } = screen;
  const { kind } = form.purpose;
  if (kind === "open") return openPath(state, form);
  const wrong = firstProblem(form);
  if (wrong >= 0) {
    const checked = { ...screen, form: { ...moveTo(form, wrong), isChecked: true } };
    const name = form.fields[wrong]?.name ?? "";
    return still(say(withScreen(state, checked), `${name} has no valid value yet.`, true));
  }
  if (kind === "options" || kind === "new-endpoint") return submitOptions(state, screen);
  const call = formCall(form, state.cwd);
  if (call === undefined) return still(state);
  if (!isRun(call)) return still(confirmed(state, form, { call }));
  const asking = say(state, "Asking what it would do ...");
  return step(asking, { kind: "plan", context: state.current, call });
}

/** Asks whether to go on, with what is about to be done; a plan says so in detail, and is held to. */
export function confirmed(
  state: State,
  form: Form,
  { call, plan }: { readonly call: StartCall; readonly plan?: Plan },
): State {
  const { toast: _asking, ...rest } = state;
  const given = isRun(call) ? powersOf(call) : [];
  return {
    ...rest,
    overlay: {
      kind: "confirm",
      title: `${form.title}?`,
      lines: [
        ...(plan === undefined ? buildWords(form) : planWords(plan, given)),
        ...inputWords(form),
      ],
      command: [formCommand(form), ...powerWords(given).map(quoteWord)].join(" "),
      ...(plan === undefined || !isRun(call) ? {} : hindrance(call, plan)),
      typed: "",
      effects: [{ kind: "call", context: state.current, call: held(call, plan) }],
    },
  };
}

/** What stands in the way of a plan, and whether it is for want of what the bundle asks for. */
function hindrance(call: RunCall, plan: Plan): Pick<Confirmation, "refusal" | "granting"> {
  if (plan.missing.length > 0)
    return {
      refusal: "It would be refused: A grants it what it asks for.",
      granting: withPowers(call, plan.missing),
    };
  return plan.problems.length > 0 ? { refusal: "It would be refused as it is." } : {};
}

function held(call: StartCall, plan: Plan | undefined): StartCall {
  if (plan === undefined || !isRun(call)) return call;
  // The method stays beside the params it had.
  return { ...call, params: { ...call.params, approves: plan.digest } } as StartCall;
}

function buildWords(form: Form): readonly string[] {
  if (form.purpose.kind === "publish") return publishWords(form);
  const driver = flagOf(form, "driver");
  return [driver === "" ? "The daemon chooses what builds it, and says why." : `With ${driver}.`];
}

function inputWords(form: Form): readonly string[] {
  return form.fields.flatMap(({ value, role, name, kind }) => {
    if (value === "" || role === "flag") return [];
    return [`${name} = ${kind === "secret" ? "******" : value}`];
  });
}

function openPath(state: State, form: Form): Step {
  const typed = flagOf(form, "path") || state.cwd;
  const path = normalize(isAbsolute(typed) ? typed : join(state.cwd, typed));
  const isManifest = /\.ya?ml$/.test(path);
  const source = path.endsWith(".json")
    ? { cnabFile: path }
    : { file: isManifest ? path : join(path, "porter.yaml") };
  const { state: left } = back(state);
  return push(left, { kind: "bundle", source, place: TOP });
}
