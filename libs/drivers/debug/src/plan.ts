import type { FileEntry, RunSpec } from "@gantry/driver-api";

const MASK = "*****";
/** A shorter value is no secret that could be told from ordinary text. */
const MIN_SECRET = 4;

/** `spec` as indented JSON text that may be shown to anybody: no sensitive value is in it, wherever it appeared. */
export function describePlan(spec: RunSpec, options: { readonly showFiles: boolean }): string {
  const plan = {
    ...spec,
    environment: spec.environment.map((entry) =>
      entry.sensitive ? { ...entry, value: MASK } : entry,
    ),
    files: spec.files.map((file) => describeFile(file, options.showFiles)),
  };
  const secrets = secretsOf(spec);
  const mask = (_key: string, value: unknown) =>
    typeof value === "string" ? withoutSecrets(value, secrets) : value;
  return `${JSON.stringify(plan, mask, 2)}\n`;
}

function describeFile(file: FileEntry, showFiles: boolean) {
  const { path, mode, sensitive, existing, content } = file;
  const described = {
    path,
    mode: `0${mode.toString(8)}`,
    bytes: content.length,
    existing,
    sensitive,
  };
  if (sensitive) return { ...described, content: MASK };
  return showFiles ? { ...described, content: Buffer.from(content).toString("utf8") } : described;
}

function secretsOf({ environment, files }: RunSpec): string[] {
  const values = [
    ...environment.filter(({ sensitive }) => sensitive).map(({ value }) => value),
    ...files
      .filter(({ sensitive }) => sensitive)
      .map(({ content }) => Buffer.from(content).toString("utf8")),
  ];
  const spellings = values.flatMap((value) => [value, value.trim()]);
  return [...new Set(spellings)]
    .filter(({ length }) => length >= MIN_SECRET)
    .toSorted((one, other) => other.length - one.length);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, MASK);
  return masked;
}
