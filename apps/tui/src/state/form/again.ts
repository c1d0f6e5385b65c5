import type { GivenValue, KeptRequest } from "@gantry/protocol";
import type { Field, Form } from "./form.ts";

/** A form filled in as it was the last time, at the first thing that has to be given again. */
export function filledAgain(form: Form, request: KeptRequest): Form {
  const flags = flagsOf(request);
  const fields = form.fields.map((field) => {
    const value = field.role === "flag" ? flags[field.name] : textOf(request, field);
    return value === undefined || !fits(field, value) ? field : { ...field, value };
  });
  const open = fields.findIndex(
    ({ name, value, isRequired }) =>
      value === "" && (isRequired || request.withheld.includes(name)),
  );
  return { ...form, fields, at: open < 0 ? fields.length : open };
}

function fits({ kind, choices }: Field, value: string): boolean {
  return kind !== "choice" || choices.includes(value);
}

function flagsOf({
  driver,
  installation,
  namespace,
  action,
  build,
  ...request
}: KeptRequest): Readonly<Record<string, string | undefined>> {
  const args = Object.entries(build?.buildArgs ?? {}).map(([name, value]) => `${name}=${value}`);
  const isOn = (flag: boolean | undefined): string => (flag === true ? "yes" : "");
  return {
    driver,
    installation,
    namespace,
    action,
    delete: isOn(request.delete),
    "no-cache": isOn(build?.noCache),
    force: isOn(build?.force),
    pull: isOn(build?.pull),
    "build-arg": args.join(" "),
  };
}

function textOf({ parameters }: KeptRequest, { name, role }: Field): string | undefined {
  const given: GivenValue | undefined = role === "parameter" ? parameters[name] : undefined;
  if (given?.kind === "text") return given.text;
  return given?.kind === "json" ? jsonText(given.value) : undefined;
}

function jsonText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What is as it was, and what is asked for anew. */
export function againWords({ withheld, kind }: KeptRequest): string {
  if (withheld.length === 0) return "Filled in as it was.";
  const names = withheld.join(", ");
  return kind === "build"
    ? `Filled in as it was, without its secrets (${names}): gantry build --secret gives those.`
    : `Filled in as it was. Not kept, to be given again: ${names}.`;
}
