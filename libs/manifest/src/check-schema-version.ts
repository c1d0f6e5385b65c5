import semver from "semver";
import type { Findings } from "./findings.ts";
import type { ManifestFields } from "./schema.ts";

/** The manifest versions that are read, oldest first. */
export const SCHEMA_VERSIONS = [
  "1.0.0-alpha.1",
  "1.0.0",
  "1.0.1",
  "1.1.0",
  "1.2.0",
  "1.3.0",
] as const;

const DEFAULT_VERSION = "1.0.1";

/** Checks `schemaVersion` and `schemaType` as they stand in the file. */
export function checkSchemaVersion(
  data: Readonly<Record<string, unknown>>,
  findings: Findings,
): void {
  const version = data["schemaVersion"];
  if (version === undefined || version === null) {
    findings.refuse([], {
      message: "the manifest has no schemaVersion",
      expected: `one of ${SCHEMA_VERSIONS.join(", ")}`,
      hint: `add \`schemaVersion: ${DEFAULT_VERSION}\` at the top`,
    });
  } else if (typeof version === "string" && !SCHEMA_VERSIONS.some((known) => known === version)) {
    findings.refuse(["schemaVersion"], {
      message: "this schemaVersion is not known",
      expected: `one of ${SCHEMA_VERSIONS.join(", ")}`,
      found: `"${version}"`,
      hint: `write \`schemaVersion: ${DEFAULT_VERSION}\` unless you use a later feature`,
    });
  }
  const type = data["schemaType"];
  if (typeof type === "string" && type.toLowerCase() !== "bundle") {
    findings.refuse(["schemaType"], {
      message: "this is not the manifest of a bundle",
      expected: "Bundle",
      found: `"${type}"`,
    });
  }
}

/** Refuses what needs a later schemaVersion, and what is not supported at all. */
export function checkFeatures(fields: ManifestFields, findings: Findings): void {
  const version = semver.valid(fields.schemaVersion);
  for (const [index, parameter] of (fields.parameters ?? []).entries()) {
    if (parameter.persistent !== true || version === null || semver.gte(version, "1.2.0")) continue;
    findings.refuse(["parameters", index, "persistent"], {
      message: `persistent parameters need schemaVersion 1.2.0`,
      expected: "1.2.0 or later",
      found: version,
      hint: "raise schemaVersion",
    });
  }
  refuseUnsupported(fields, findings);
}

function refuseUnsupported(fields: ManifestFields, findings: Findings): void {
  const { requires, provides } = fields.dependencies ?? {};
  if ((requires ?? []).length > 0 || provides !== undefined) {
    findings.refuse(
      ["dependencies"],
      {
        message: "dependencies are not supported yet",
        hint: "install the other bundle first and give its outputs as parameters",
      },
      "key",
    );
  }
  if ((fields.files ?? []).length > 0) {
    findings.refuse(
      ["files"],
      {
        message: "files to download at build are not supported yet",
        hint: "put the files beside porter.yaml, or ADD them in your own Dockerfile",
      },
      "key",
    );
  }
}
