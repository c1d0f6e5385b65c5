import { fitText, padText, textWidth } from "@gantry/terminal-text";
import { optionsCommand } from "../options/option-changes.ts";
import { formCommand } from "../state/command.ts";
import { type Field, type Form, problemOf } from "../state/form/form.ts";
import type { ScreenOf } from "../state/screen.ts";
import { graphemes } from "../text/graphemes.ts";
import { draftLine } from "../text/draft-line.ts";
import { draftOf } from "../text/edit-text.ts";
import { EMPTY, fitLine, type Line, line, span, wrapText } from "../text/line.ts";
import { chosenLine, firstInSight } from "../text/table.ts";
import { oneLine } from "./failure-lines.ts";
import type { Look, ScreenDefinition } from "./screen-kind.ts";

type Shown = ScreenOf<"form">;

/** Columns of the names: as many as the longest needs, while half of the width stays for the values. */
function nameColumns({ fields }: Form, width: number): number {
  const longest = Math.max(0, ...fields.map(({ name }) => textWidth(name)));
  return Math.min(Math.max(20, longest + 1), Math.max(20, width >> 1));
}

/** Something to fill in; what it asks for comes from the bundle itself. */
export const formScreen: ScreenDefinition<Shown> = {
  title: ({ form }) => form.title,
  resources: () => [{ kind: "endpoints" }],
  rows: () => [],
  view: ({ form }, look) => {
    const lines = [
      ...form.fields.map((field, index) => fieldLine(form, field, { index, look })),
      EMPTY,
      buttonLine(form, look),
    ];
    const at = form.at >= form.fields.length ? lines.length - 1 : form.at;
    const help = helpLines(form, look);
    const room = Math.max(1, look.height - 2 - help.length);
    const from = firstInSight(at, lines.length, room);
    const shown = lines.slice(from, from + room);
    return [EMPTY, ...shown, EMPTY, ...help];
  },
  command: ({ form }) =>
    form.purpose.kind === "options" ? optionsCommand(form) : formCommand(form),
};

function fieldLine(
  form: Form,
  field: Field,
  { index, look }: { readonly index: number; readonly look: Look },
): Line {
  const isChosen = index === form.at;
  const problem = problemIn(form, field);
  const mark = field.isRequired && field.value === "" ? span("* ", "warning") : span("  ");
  const columns = nameColumns(form, look.width);
  const called = padText(fitText(field.name, columns - 1), columns);
  const name = span(called, isChosen ? "strong" : "quiet");
  const wrong = problem === undefined ? [] : [span(`   ${look.marks.failed} ${problem}`, "bad")];
  const edited = isChosen ? { cursor: form.cursor } : undefined;
  const room = Math.max(8, look.width - columns - 4);
  const spans = [mark, name, ...valueSpans(field, edited, room), ...wrong];
  return isChosen ? chosenLine(spans, look.width) : fitLine(spans, look.width);
}

function problemIn({ refusal, isChecked }: Form, field: Field): string | undefined {
  if (refusal?.name === field.name) return refusal.text;
  return field.value !== "" || isChecked ? problemOf(field) : undefined;
}

/** The value; the field that is being filled in with its cursor. */
function valueSpans(
  { kind, value, otherwise }: Field,
  edited: { readonly cursor: number | undefined } | undefined,
  room: number,
): Line {
  const isChosen = edited !== undefined;
  if (kind === "choice" || kind === "switch") {
    const shown = value === "" ? otherwise : value;
    return [span(isChosen ? `< ${shown} >` : shown, value === "" ? "quiet" : undefined)];
  }
  if (value === "") {
    const gap = isChosen ? [span(" ", "cursor"), span(" ")] : [];
    return [...gap, span(oneLine(otherwise), "quiet")];
  }
  if (kind === "secret") return secretSpans(value, edited);
  return edited !== undefined
    ? draftLine(draftOf(value, edited.cursor), { room })
    : [span(fitText(value.slice(0, room * 4), room))];
}

/** Columns that a secret takes at most, so that not even its length shows. */
const SECRET_COLUMNS = 24;

function secretSpans(value: string, edited?: { readonly cursor: number | undefined }): Line {
  if (edited !== undefined)
    return draftLine(draftOf(value, edited.cursor), { room: SECRET_COLUMNS, mask: "*" });
  return [span("*".repeat(Math.min(SECRET_COLUMNS, graphemes(value.slice(0, 200)).length)))];
}

function buttonLine(form: Form, { width, marks }: Look): Line {
  const isChosen = form.at >= form.fields.length;
  const text = `[ ${VERB_OF[form.purpose.kind === "run" ? form.purpose.action : form.purpose.kind]} ]`;
  return isChosen
    ? chosenLine([span("  "), span(text, "strong"), span(`  ${marks.enter}`)], width)
    : [span("  "), span(text)];
}

const VERB_OF = {
  install: "Install",
  upgrade: "Upgrade",
  invoke: "Invoke",
  uninstall: "Uninstall",
  build: "Build",
  publish: "Publish",
  open: "Open",
  options: "Change",
  "new-endpoint": "Go on",
} as const;

/** What there is to say of an option may be long; the fields come first. */
const HELP_LINES = 3;

function kindOf({ role, kind, type }: Field): string {
  if (role === "flag" || type === "any") return "";
  const shown = kind === "secret" ? "secret" : type;
  return role === "option" ? `Type: ${shown}` : `${role}, ${shown}`;
}

function howTo({ kind, role, type, schema }: Field): string {
  if (kind === "choice" || kind === "switch") return "Left and Right change it";
  if (role !== "option") return "";
  if (type === "array") return "More with commas between";
  return type === "object" && !("properties" in schema) ? "NAME=VALUE, more with commas" : "";
}

function helpLines(form: Form, { width, marks }: Look): readonly Line[] {
  const field = form.fields[form.at];
  const text = field === undefined ? SUBMIT : factsOf(field);
  const problem = field === undefined ? undefined : problemIn(form, field);
  // Beside the value there is not always room for all of it.
  const taken = nameColumns(form, width) + textWidth(field?.value.slice(0, width) ?? "") + 8;
  const isBeside = problem === undefined || taken + textWidth(problem) <= width;
  const wrong = isBeside ? [] : [`${marks.failed} ${problem}`];
  return [
    ...wrong.flatMap((one) => wrapText(one, width - 4).map((part) => line(`  ${part}`, "bad"))),
    ...wrapText(text, width - 4).map((part) => line(`  ${part}`, "quiet")),
  ].slice(0, HELP_LINES);
}

const SUBMIT = "Enter shows what it would do before anything is done.";

function factsOf(field: Field): string {
  const kind = kindOf(field);
  const how = howTo(field);
  const facts = [field.help.replace(/\.$/, ""), kind, how].filter((part) => part !== "");
  return oneLine(facts.join(". "));
}
