import coerce from "semver/functions/coerce.js";
import parse from "semver/functions/parse.js";
import { type Problem, problem, warning } from "../../problem.ts";
import type { Bundle } from "../schema.ts";

const GRAPHIC = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u;
const SUPPORTED_MINOR = 2;

/** Whether the text has graphic characters only, and at least one (CNAB Core 101 and 103). */
export function isGraphic(text: string): boolean {
  return GRAPHIC.test(text);
}

/** The rules for schemaVersion, name and version. */
export function identityProblems(bundle: Bundle): readonly Problem[] {
  return [
    ...schemaVersionProblems(bundle.schemaVersion),
    ...nameProblems(bundle.name),
    ...versionProblems(bundle.version),
  ];
}

/** `v1` and `v1.2.0` are both in use, with and without the `v`. */
function schemaVersionProblems(schemaVersion: string): readonly Problem[] {
  const place = { code: "schema-version", path: "/schemaVersion" } as const;
  const hint = "Write v1.2.0.";
  const short = /^v?\d+(?:\.\d+)?$/.test(schemaVersion) ? coerce(schemaVersion) : null;
  const version = parse(schemaVersion) ?? short;
  if (version === null) {
    const message = `schemaVersion is no version: expected v1.2.0, found "${schemaVersion}".`;
    return [problem({ ...place, message, hint })];
  }
  if (version.major !== 1) {
    const message = `schemaVersion ${schemaVersion} is not supported: expected v1.`;
    return [problem({ ...place, message, hint })];
  }
  if (version.minor <= SUPPORTED_MINOR && version.prerelease.length === 0) return [];
  const message = `schemaVersion ${schemaVersion} is newer than v1.2.0 or unstable: parts of the bundle may be ignored.`;
  return [warning({ ...place, message, hint })];
}

function nameProblems(name: string): readonly Problem[] {
  if (isGraphic(name)) return [];
  const message = `The bundle's name ${JSON.stringify(name)} must be graphic characters only.`;
  const hint = "Use letters, digits, punctuation and spaces, without tabs or line breaks.";
  return [problem({ code: "name", path: "/name", message, hint })];
}

function versionProblems(version: string): readonly Problem[] {
  const place = { code: "version", path: "/version" } as const;
  const hint = "Write a semantic version such as 1.0.0.";
  if (parse(version) === null || version.trim() !== version) {
    const message = `version is not a semantic version: found ${JSON.stringify(version)}.`;
    return [problem({ ...place, message, hint })];
  }
  if (/^\d/.test(version)) return [];
  const message = `version is not strictly a semantic version: "${version}" has a prefix.`;
  return [warning({ ...place, message, hint })];
}
