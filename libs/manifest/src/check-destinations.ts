import {
  type Destination,
  OUTPUTS_DIR,
  credentialDestination,
  parameterDestination,
} from "./destination.ts";
import type { Findings } from "./findings.ts";
import type { ManifestFields } from "./schema.ts";
import type { YamlPath } from "./yaml-source.ts";

interface Entry extends Destination {
  readonly noun: string;
  readonly at: YamlPath;
}

/** Every parameter and credential needs a place of its own that the runtime may use. */
export function checkDestinations(fields: ManifestFields, findings: Findings): void {
  const entries = [
    ...(fields.parameters ?? []).map((item, index) => ({
      ...parameterDestination(item),
      noun: `parameter "${item.name}"`,
      at: ["parameters", index],
    })),
    ...(fields.credentials ?? []).map((item, index) => ({
      ...credentialDestination(item),
      noun: `credential "${item.name}"`,
      at: ["credentials", index],
    })),
  ];
  for (const entry of entries) checkPlace(entry, findings);
  checkShared("env", entries, findings);
  checkShared("path", entries, findings);
}

function checkPlace({ noun, at, env, path }: Entry, findings: Findings): void {
  if (env === undefined && path === undefined) {
    findings.refuse(at, {
      message: `${noun} has neither env nor path`,
      expected: "`env: NAME` or `path: FILE`",
      hint: "add `env:`",
    });
  }
  if (env?.startsWith("CNAB_")) {
    findings.refuse([...at, "env"], {
      message: `${noun} is given in a variable that is reserved for CNAB`,
      expected: "a name that does not begin with CNAB_",
      found: `"${env}"`,
    });
  }
  if (env !== undefined && (env === "" || /[=\0]/.test(env))) {
    findings.refuse([...at, "env"], {
      message: `${noun} has no valid variable name`,
      expected: "a name without `=`",
      found: JSON.stringify(env),
    });
  }
  if (path === OUTPUTS_DIR || path?.startsWith(`${OUTPUTS_DIR}/`)) {
    findings.refuse([...at, "path"], {
      message: `${noun} is given in the directory of the outputs`,
      expected: `a path outside of ${OUTPUTS_DIR}`,
      found: `"${path}"`,
    });
  }
}

function checkShared(kind: "env" | "path", entries: readonly Entry[], findings: Findings): void {
  const owners = new Map<string, string>();
  for (const entry of entries) {
    const place = entry[kind];
    if (place === undefined) continue;
    const owner = owners.get(place);
    if (owner === undefined) owners.set(place, entry.noun);
    else {
      findings.refuse([...entry.at, kind], {
        message: `${entry.noun} and ${owner} share the ${kind} "${place}"`,
        hint: `give one of them another \`${kind}:\``,
      });
    }
  }
}
