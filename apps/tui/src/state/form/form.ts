import type { BundleSource } from "@gantry/protocol";
import { draftOf, editText, insertText } from "../../text/edit-text.ts";
import { checkOption } from "../../options/option-value.ts";
import { checkValue } from "./check-value.ts";
import type { InstallationKey } from "../resource.ts";

/** What a form is for. */
export type Purpose =
  | {
      readonly kind: "run";
      readonly action: "install" | "upgrade" | "invoke" | "uninstall";
      readonly source: BundleSource;
      readonly installation?: InstallationKey;
    }
  | { readonly kind: "build"; readonly source: BundleSource }
  | { readonly kind: "publish"; readonly source: BundleSource }
  | { readonly kind: "open" }
  | { readonly kind: "new-endpoint" }
  | {
      readonly kind: "options";
      readonly endpoint: string;
      readonly driver: string;
      /** The configuration names the endpoint already. */
      readonly isConfigured: boolean;
      /** There are options without which the driver is refused. */
      readonly needsMore: boolean;
      /** The values as they were, by the names of their fields. */
      readonly before: ReadonlyMap<string, string>;
    };

/** One thing to fill in. */
export interface Field {
  readonly name: string;
  /** Where the value goes: an input of the bundle, a flag of the command, an option of an endpoint. */
  readonly role: "parameter" | "credential" | "flag" | "option";
  /** A `choice` offers `choices`, a `switch` is on or off, a `secret` is never shown. */
  readonly kind: "text" | "secret" | "choice" | "switch";
  readonly type: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** As typed; empty: what `otherwise` says. */
  readonly value: string;
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  /** What an empty field means. */
  readonly otherwise: string;
  readonly help: string;
}

export interface Form {
  readonly title: string;
  readonly purpose: Purpose;
  readonly fields: readonly Field[];
  /** Index of the field that takes what is typed; behind the last one: the button. */
  readonly at: number;
  /** Where the next character goes in that field; absent: at its end. */
  readonly cursor?: number;
  /** It was sent once: what is missing is marked from then on. */
  readonly isChecked: boolean;
  /** What the daemon says is wrong with a field, until it is changed. */
  readonly refusal?: { readonly name: string; readonly text: string };
}

/** What is wrong with a field; `undefined`: nothing. */
export function problemOf(field: Field): string | undefined {
  const { value, isRequired, type, schema, kind, role } = field;
  if (value === "") return isRequired ? "needs a value" : undefined;
  if (kind === "choice" || kind === "switch") return undefined;
  return role === "option" ? checkOption(schema, value) : checkValue(type, schema, value);
}

/** Index of the first field that cannot be sent; -1: all can. */
export function firstProblem(form: Form): number {
  return form.fields.findIndex((field) => problemOf(field) !== undefined);
}

/** The form after a key; text fields take what is typed. Pure. */
export function typeInto(
  form: Form,
  { key, text }: { readonly key: string; readonly text: string },
): Form {
  const field = form.fields[form.at];
  if (field === undefined) return form;
  if (field.kind === "choice" || field.kind === "switch") {
    const next = otherChoice(field, key);
    return next === undefined || next === field.value ? form : withValue(form, next);
  }
  const draft = editText(draftOf(field.value, form.cursor), { key, text });
  return draft === undefined ? form : withValue(form, draft.text, draft.cursor);
}

/** The form with a pasted text in its field; one that offers choices takes none. */
export function pasteInto(form: Form, text: string): Form {
  const field = form.fields[form.at];
  if (field?.kind !== "text" && field?.kind !== "secret") return form;
  const draft = insertText(draftOf(field.value, form.cursor), text);
  return withValue(form, draft.text, draft.cursor);
}

function otherChoice({ kind, value, choices }: Field, key: string): string | undefined {
  const step = key === "left" ? -1 : key === "right" || key === "space" ? 1 : 0;
  if (step === 0) return undefined;
  if (kind === "switch") return value === "" ? "yes" : "";
  const at = Math.max(0, choices.indexOf(value)) + step;
  return choices[(at + choices.length) % choices.length] ?? value;
}

function withValue(before: Form, value: string, cursor?: number): Form {
  const { cursor: _moved, refusal, ...form } = before;
  const isAnswered = refusal?.name === form.fields[form.at]?.name;
  return {
    ...form,
    ...(refusal === undefined || isAnswered ? {} : { refusal }),
    ...(cursor === undefined || cursor === value.length ? {} : { cursor }),
    fields: form.fields.map((field, index) => (index === form.at ? { ...field, value } : field)),
  };
}

export function moveTo({ cursor: _before, ...form }: Form, at: number): Form {
  return { ...form, at: Math.max(0, Math.min(form.fields.length, at)) };
}

/** The value of a flag; empty when it was left alone. */
export function flagOf({ fields }: Form, name: string): string {
  return fields.find((field) => field.role === "flag" && field.name === name)?.value ?? "";
}
