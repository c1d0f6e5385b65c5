import type { BundleSource, ExplainedBundle } from "@gantry/protocol";
import type { Field, Form, Purpose } from "./form.ts";
import type { InstallationKey } from "../resource.ts";

const FLAG = {
  role: "flag",
  type: "string",
  schema: {},
  value: "",
  choices: [],
  isRequired: false,
} as const;

export interface RunFormRequest {
  readonly action: Extract<Purpose, { kind: "run" }>["action"];
  readonly source: BundleSource;
  readonly bundle: ExplainedBundle;
  readonly installation?: InstallationKey;
  /** Endpoints that can run. */
  readonly drivers: readonly string[];
  /** Values that the installation has now. */
  readonly current: ReadonlyMap<string, string>;
}

/** The form of an action: made from what the bundle says of itself. */
export function runForm(request: RunFormRequest): Form {
  const { action, source, bundle, installation, drivers, current } = request;
  const name = installation?.name ?? bundle.name;
  const custom = bundle.actions.map((one) => one.name).filter((one) => !BUILT_IN.has(one));
  const isFor = ({ applyTo }: { readonly applyTo?: readonly string[] }): boolean =>
    action === "invoke" || applyTo === undefined || applyTo.includes(action);
  const fields: Field[] = [
    ...(action === "install"
      ? [
          flag("installation", { otherwise: name, help: "How the installation is called" }),
          flag("namespace", { otherwise: "none", help: "" }),
        ]
      : []),
    ...(action === "invoke"
      ? [
          {
            ...flag("action", { otherwise: "", help: "" }),
            kind: "choice" as const,
            choices: custom,
            value: custom[0] ?? "",
            isRequired: true,
          },
        ]
      : []),
    ...bundle.parameters.filter(isFor).map((one) => parameterField(one, current)),
    ...bundle.credentials.filter(isFor).map(credentialField),
    {
      ...flag("driver", { otherwise: "chosen", help: "Endpoint that runs it" }),
      kind: "choice",
      choices: ["", ...drivers],
    },
    ...(action === "uninstall"
      ? [
          {
            ...flag("delete", { otherwise: "no", help: "Remove the record on success" }),
            kind: "switch" as const,
          },
        ]
      : []),
  ];
  const purpose: Purpose = {
    kind: "run",
    action,
    source,
    ...(installation === undefined ? {} : { installation }),
  };
  const title = `${VERBS[action]} ${name}`;
  return { title, purpose, fields, at: firstToFill(fields), isChecked: false };
}

export const VERBS = {
  install: "Install",
  upgrade: "Upgrade",
  invoke: "Invoke",
  uninstall: "Uninstall",
} as const;

const BUILT_IN: ReadonlySet<string> = new Set(["install", "upgrade", "uninstall"]);

export function buildForm(source: BundleSource, name: string, drivers: readonly string[]): Form {
  const fields: Field[] = [
    {
      ...flag("driver", { otherwise: "chosen", help: "Endpoint that builds it" }),
      kind: "choice",
      choices: ["", ...drivers],
    },
    { ...flag("no-cache", { otherwise: "no", help: "Carry out every step" }), kind: "switch" },
    { ...flag("force", { otherwise: "no", help: "Build though nothing changed" }), kind: "switch" },
    { ...flag("pull", { otherwise: "no", help: "Fresh base images" }), kind: "switch" },
    flag("build-arg", { otherwise: "none", help: "NAME=VALUE, more with blanks between" }),
  ];
  return {
    title: `Build ${name}`,
    purpose: { kind: "build", source },
    fields,
    at: fields.length,
    isChecked: false,
  };
}

export function openForm(cwd: string): Form {
  const path = {
    ...flag("path", { otherwise: cwd, help: "A porter.yaml, its directory, or a bundle.json" }),
  };
  return {
    title: "Open a bundle",
    purpose: { kind: "open" },
    fields: [path],
    at: 0,
    isChecked: false,
  };
}

/** A field for a flag of the command. */
export function flag(
  name: string,
  words: { readonly otherwise: string; readonly help: string },
): Field {
  return { ...FLAG, kind: "text", name, ...words };
}

function parameterField(
  {
    name,
    type,
    schema,
    sensitive,
    required,
    default: given,
    description,
  }: ExplainedBundle["parameters"][number],
  current: ReadonlyMap<string, string>,
): Field {
  const words = Array.isArray(schema["enum"])
    ? schema["enum"].map(String)
    : type === "boolean"
      ? ["true", "false"]
      : [];
  const now = sensitive ? undefined : current.get(name);
  const preset =
    given === undefined ? undefined : typeof given === "string" ? given : JSON.stringify(given);
  const isRequired = required && !current.has(name);
  const otherwise = now ?? preset ?? (current.has(name) ? "as it is" : isRequired ? "" : "none");
  return {
    name,
    role: "parameter",
    kind: sensitive ? "secret" : words.length > 0 ? "choice" : "text",
    type,
    schema,
    value: "",
    // Leaving it alone is the first choice, and stands for the value that it has then.
    choices: isRequired ? words : ["", ...words.filter((word) => word !== otherwise)],
    isRequired,
    otherwise,
    help: description ?? "",
  };
}

function credentialField({
  name,
  required,
  description,
}: ExplainedBundle["credentials"][number]): Field {
  return {
    ...FLAG,
    name,
    role: "credential",
    kind: "secret",
    isRequired: required,
    otherwise: required ? "" : "none",
    help: description ?? "",
  };
}

function firstToFill(fields: readonly Field[]): number {
  const index = fields.findIndex(({ isRequired, value }) => isRequired && value === "");
  return Math.max(0, index);
}
