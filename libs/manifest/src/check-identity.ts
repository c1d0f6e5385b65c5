import semver from "semver";
import type { Findings } from "./findings.ts";
import { isImageRepository, parseReference } from "./reference.ts";
import type { ManifestFields } from "./schema.ts";

const GRAPHIC = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Name, version, where the bundle goes, its template and its images. */
export function checkIdentity(fields: ManifestFields, findings: Findings): void {
  checkNameAndVersion(fields, findings);
  checkDestination(fields, findings);
  checkTemplate(fields, findings);
  for (const [alias, image] of Object.entries(fields.images ?? {})) {
    if (!isImageRepository(image.repository)) {
      findings.refuse(["images", alias, "repository"], {
        message: `images.${alias} has no valid repository`,
        expected: "REGISTRY/NAME without tag or digest",
        found: `"${image.repository}"`,
      });
    }
    if (image.digest !== undefined && !DIGEST.test(image.digest)) {
      findings.refuse(["images", alias, "digest"], {
        message: `images.${alias} has no valid digest`,
        expected: "sha256:<64 hex digits>",
        found: `"${image.digest}"`,
      });
    }
  }
}

function checkNameAndVersion({ name, version }: ManifestFields, findings: Findings): void {
  if (!GRAPHIC.test(name)) {
    findings.refuse(["name"], {
      message: "the bundle's name holds a character that cannot be printed",
      expected: "letters, digits, punctuation and spaces",
      found: JSON.stringify(name),
    });
  }
  if (semver.valid(version) === null) {
    findings.refuse(["version"], {
      message: "the bundle's version is not a semantic version",
      expected: "MAJOR.MINOR.PATCH, such as 0.1.0",
      found: `"${version}"`,
    });
  }
}

function checkDestination({ registry, reference }: ManifestFields, findings: Findings): void {
  if (registry === undefined && reference === undefined) {
    findings.refuse([], {
      message: "a registry or reference value must be provided",
      expected: "`registry: HOST/ORGANISATION` or `reference: HOST/ORGANISATION/NAME`",
      hint: "add `registry: localhost:5000` while you try things out",
    });
  }
  if (registry !== undefined && reference !== undefined) {
    findings.warn(["registry"], { message: "reference is set too and wins over registry" });
  }
  if (registry !== undefined && !isImageRepository(`${registry}/name`)) {
    findings.refuse(["registry"], {
      message: "registry is not a valid registry",
      expected: "HOST[:PORT][/PATH] in lower case",
      found: `"${registry}"`,
    });
  }
  if (reference !== undefined) checkReference(reference, findings);
}

function checkReference(reference: string, findings: Findings): void {
  const parsed = parseReference(reference);
  if (parsed === undefined) {
    findings.refuse(["reference"], {
      message: "reference is not a valid reference",
      expected: "REGISTRY/NAME[:TAG]",
      found: `"${reference}"`,
    });
  } else if (parsed.digest !== undefined && parsed.tag === undefined) {
    findings.refuse(["reference"], {
      message: "reference has a digest but no tag",
      expected: "REGISTRY/NAME[:TAG]",
      found: `"${reference}"`,
      hint: "remove the digest: it is known only after the bundle is published",
    });
  }
}

function checkTemplate({ dockerfile }: ManifestFields, findings: Findings): void {
  if (dockerfile === undefined) return;
  if (dockerfile.toLowerCase() === "dockerfile") {
    findings.refuse(["dockerfile"], {
      message: "the template must not be called Dockerfile",
      expected: "another name, such as template.Dockerfile",
      found: `"${dockerfile}"`,
    });
  } else if (!isInside(dockerfile)) {
    findings.refuse(["dockerfile"], {
      message: "the template lies outside of the bundle's directory",
      expected: "a relative path without `..`",
      found: `"${dockerfile}"`,
    });
  }
}

function isInside(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split("/").includes("..");
}
