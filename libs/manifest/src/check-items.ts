import { nearest } from "@gantry/cnab";
import type { Findings } from "./findings.ts";
import { BUILT_IN_ACTIONS } from "./manifest.ts";
import { checkDestinations } from "./check-destinations.ts";
import type { ManifestFields } from "./schema.ts";
import { isMapping } from "./value.ts";

const LISTS = ["parameters", "credentials", "outputs", "state"] as const;
const RESERVED = ["porter-debug", "porter-state"];

/** Actions and places of parameters, credentials, outputs and state. */
export function checkItems(
  fields: ManifestFields,
  custom: readonly string[],
  findings: Findings,
): void {
  checkApplyTo(fields, custom, findings);
  checkParameters(fields, findings);
  checkOutputs(fields, findings);
  checkDestinations(fields, findings);
}

/**
 * Names of the lists as they stand in the file, whatever else is wrong with them: each once in its list, none that
 * is reserved.
 */
export function checkNames(data: Readonly<Record<string, unknown>>, findings: Findings): void {
  for (const list of LISTS) {
    const first = new Map<string, number>();
    for (const [index, name] of namesOf(data[list])) {
      const earlier = first.get(name);
      if (earlier === undefined) first.set(name, index);
      checkName([list, index, "name"], name, { earlier, findings });
      if (list === "outputs" || list === "state") checkFileName([list, index], name, findings);
    }
  }
}

function namesOf(items: unknown): [number, string][] {
  return (Array.isArray(items) ? items : []).flatMap((item: unknown, index): [number, string][] =>
    isMapping(item) && typeof item["name"] === "string" ? [[index, item["name"]]] : [],
  );
}

function checkName(
  path: readonly [string, number, string],
  name: string,
  { earlier, findings }: { earlier: number | undefined; findings: Findings },
): void {
  const [list] = path;
  if (earlier !== undefined) {
    findings.refuse(path, {
      message: `${list} has two entries called "${name}"`,
      found: `"${name}", first on line ${findings.source.at([list, earlier, "name"]).line}`,
      hint: "rename or remove one of the two",
    });
  }
  if (RESERVED.includes(name)) {
    findings.refuse(path, {
      message: `the name "${name}" is reserved`,
      expected: "a name that does not begin with `porter-`",
      found: `"${name}"`,
    });
  }
}

/** Outputs and state are kept in files of their names. */
function checkFileName(path: readonly [string, number], name: string, findings: Findings): void {
  if (name !== "." && name !== ".." && !/[/\\\0]/.test(name)) return;
  findings.refuse([...path, "name"], {
    message: `${path[0]}[${path[1]}] has a name that cannot be a file's`,
    expected: "a name without `/`",
    found: JSON.stringify(name),
  });
}

function checkApplyTo(fields: ManifestFields, custom: readonly string[], findings: Findings): void {
  const actions = [...BUILT_IN_ACTIONS, ...custom];
  for (const list of ["parameters", "credentials", "outputs"] as const) {
    for (const [index, item] of (fields[list] ?? []).entries()) {
      for (const [position, action] of (item.applyTo ?? []).entries()) {
        if (actions.includes(action)) continue;
        const near = nearest(action, actions);
        findings.refuse([list, index, "applyTo", position], {
          message: `${list}[${index}] applies to an action that the bundle does not have`,
          expected: `one of ${actions.join(", ")}`,
          found: `"${action}"`,
          ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
        });
      }
    }
  }
}

function checkParameters(fields: ManifestFields, findings: Findings): void {
  const outputs = (fields.outputs ?? []).map(({ name }) => name);
  for (const [index, parameter] of (fields.parameters ?? []).entries()) {
    const path = ["parameters", index];
    if (parameter.type === "file" && parameter.path === undefined && !parameter.persistent) {
      findings.refuse(path, {
        message: `no destination path supplied for parameter "${parameter.name}"`,
        expected: "the field `path`, because its type is file",
        hint: "add `path:`",
      });
    }
    if (parameter.persistent === true) checkPersistent(parameter, { path, outputs, findings });
    const wired = parameter.source?.output;
    if (parameter.source?.dependency !== undefined) {
      findings.refuse([...path, "source", "dependency"], {
        message: "dependencies are not supported yet",
      });
    } else if (wired !== undefined && !outputs.includes(wired)) {
      const near = nearest(wired, outputs);
      findings.refuse([...path, "source", "output"], {
        message: `parameter "${parameter.name}" is set from an output that the bundle does not have`,
        expected: outputs.length === 0 ? "a declared output" : `one of ${outputs.join(", ")}`,
        found: `"${wired}"`,
        ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
      });
    }
  }
}

type Fields = NonNullable<ManifestFields["parameters"]>[number];

function checkPersistent(
  parameter: Fields,
  { path, outputs, findings }: { path: (string | number)[]; outputs: string[]; findings: Findings },
): void {
  const clashing = (["source", "path", "env", "applyTo"] as const).filter(
    (field) => parameter[field] !== undefined,
  );
  for (const field of clashing) {
    findings.refuse(
      [...path, field],
      {
        message: `the persistent parameter "${parameter.name}" cannot have \`${field}\``,
        hint: `remove \`${field}\` or \`persistent\``,
      },
      "key",
    );
  }
  if (outputs.includes(parameter.name)) {
    findings.refuse([...path, "name"], {
      message: `the persistent parameter "${parameter.name}" has the name of an output`,
      hint: "rename one of the two",
    });
  }
}

function checkOutputs(fields: ManifestFields, findings: Findings): void {
  for (const [index, output] of (fields.outputs ?? []).entries()) {
    if (output.type !== "file" || output.path !== undefined) continue;
    findings.refuse(["outputs", index], {
      message: `no path supplied for output "${output.name}"`,
      expected: "the field `path`, because its type is file",
      hint: "add `path:`",
    });
  }
}
