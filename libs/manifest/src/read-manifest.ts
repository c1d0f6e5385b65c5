import { checkFields } from "./check-fields.ts";
import { checkIdentity } from "./check-identity.ts";
import { checkItems, checkNames } from "./check-items.ts";
import { checkFeatures, checkSchemaVersion } from "./check-schema-version.ts";
import { Findings } from "./findings.ts";
import type { Manifest, Output, Parameter } from "./manifest.ts";
import { BUNDLE_DIR } from "./destination.ts";
import { ManifestError } from "./problem.ts";
import { readActions, readCustomActions, splitTopLevel } from "./read-actions.ts";
import { readMixins, readRequired } from "./read-mixins.ts";
import { type ManifestFields, parameterSchema } from "./schema.ts";
import { describeValue, isMapping } from "./value.ts";
import { YamlSource } from "./yaml-source.ts";

/** What a manifest is read from; `path` is only shown. */
export interface ManifestLocation {
  readonly path: string;
}

/**
 * Reads a porter.yaml and checks its shape and its rules, all but whether definitions are valid JSON Schema.
 * Throws a `ManifestError` with everything that is wrong.
 */
export function readManifest(text: string, { path }: ManifestLocation): Manifest {
  const source = new YamlSource(text, path);
  const findings = new Findings(source);
  findings.problems.push(...source.problems());
  const data = readData(source, findings);
  if (data === undefined) throw new ManifestError(findings.problems);
  const manifest = readFields(data, findings);
  if (manifest === undefined || findings.problems.length > 0) {
    throw new ManifestError(findings.problems);
  }
  return manifest;
}

/** The document as plain values; `undefined` when the syntax leaves nothing to check. */
function readData(source: YamlSource, findings: Findings): Record<string, unknown> | undefined {
  const isBroken = source.document.errors.some(({ code }) => code !== "DUPLICATE_KEY");
  if (isBroken) return undefined;
  const data = plainData(source, findings);
  if (isMapping(data)) return data;
  if (findings.problems.length === 0) {
    findings.refuse([], {
      message: "this is not a manifest",
      expected: "a map with the fields of porter.yaml",
      found: describeValue(data),
    });
  }
  return undefined;
}

const MOST_ALIASES = 100;

function plainData(source: YamlSource, findings: Findings): unknown {
  try {
    const data: unknown = source.document.toJS({ maxAliasCount: MOST_ALIASES });
    return data;
  } catch (error) {
    if (findings.problems.length > 0) return undefined;
    findings.refuse([], {
      message: `the aliases of this YAML cannot be followed: ${error instanceof Error ? error.message : String(error)}`,
      hint: "write the values out",
    });
    return undefined;
  }
}

function readFields(data: Record<string, unknown>, findings: Findings): Manifest | undefined {
  checkSchemaVersion(data, findings);
  checkNames(data, findings);
  const { fields: known, custom } = splitTopLevel(data, findings);
  const mixins = readMixins(known["mixins"], findings);
  const required = readRequired(known["required"], findings);
  const actions = readActions(data, custom, { mixins, findings });
  const { fields, problems } = checkFields(withoutEmpty(known), findings.source);
  findings.problems.push(...problems);
  if (fields === undefined) return undefined;
  checkFeatures(fields, findings);
  checkIdentity(fields, findings);
  checkItems(fields, custom, findings);
  const customActions = readCustomActions(fields, custom, findings);
  return {
    ...toManifest(fields, findings),
    ...withDefaults(fields, custom),
    mixins,
    required,
    actions,
    customActions,
  };
}

/** `outputs:` with nothing below it is the same as no `outputs`, and so is an entry's `description:`. */
function withoutEmpty(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present = Object.entries(data).filter(([, value]) => value !== null);
  return Object.fromEntries(
    present.map(([key, value]) => [key, ENTRY_LISTS.has(key) ? withoutEmptyEntries(value) : value]),
  );
}

const ENTRY_LISTS = new Set(["maintainers", "parameters", "credentials", "outputs", "state"]);

function withoutEmptyEntries(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((item: unknown) => (isMapping(item) ? withoutEmpty(item) : item));
}

function toManifest(fields: ManifestFields, { source, warnings }: Findings) {
  return {
    path: source.path,
    text: source.text,
    schemaVersion: fields.schemaVersion ?? "",
    name: fields.name,
    version: fields.version.replace(/^v/, ""),
    description: fields.description,
    maintainers: fields.maintainers ?? [],
    registry: fields.registry,
    reference: fields.reference,
    dockerfile: fields.dockerfile,
    custom: fields.custom ?? {},
    images: fields.images ?? {},
    credentials: fields.credentials ?? [],
    state: fields.state ?? [],
    warnings,
  };
}

/** Fills in what the file may leave out: types, the actions of a wired parameter, persistence. */
function withDefaults(fields: ManifestFields, custom: readonly string[]) {
  const later = ["uninstall", ...(fields.upgrade === undefined ? [] : ["upgrade"]), ...custom];
  const parameters = (fields.parameters ?? []).map((item) => toParameter(item, later));
  const persistent = parameters.filter((item) => item.persistent === true).map(toOutput);
  const outputs = (fields.outputs ?? []).map((item) => ({
    ...item,
    type: item.type ?? typeOf(item),
  }));
  return { parameters, outputs: [...outputs, ...persistent] };
}

function toParameter(item: Parameter, later: string[]): Parameter {
  const type = item.type ?? typeOf(item);
  if (item.persistent === true) {
    const path = `${BUNDLE_DIR}/${item.name}`;
    return { ...item, type, path, source: { output: item.name } };
  }
  const isWired = item.source?.output !== undefined;
  if (!isWired || item.applyTo !== undefined || item.default !== undefined)
    return { ...item, type };
  return { ...item, type, applyTo: later };
}

function typeOf({ path }: { path?: string | undefined }): "file" | "string" {
  return path === undefined ? "string" : "file";
}

/** The output that carries a persistent parameter from one action to the next. */
function toOutput(parameter: Parameter): Output {
  return { ...parameterSchema.omit(NOT_OF_OUTPUT).strip().parse(parameter), name: parameter.name };
}

const NOT_OF_OUTPUT = { source: true, persistent: true, env: true, default: true } as const;
