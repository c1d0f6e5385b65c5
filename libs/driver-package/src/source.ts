import { z } from "zod";
import { PackageError } from "./errors.ts";

/** Where a driver is got from, by kind. */
export type Source =
  /** A package of an npm registry; `range` is a version, a range or a tag. */
  | { readonly kind: "npm"; readonly name: string; readonly range: string }
  /** A tarball or a directory of this machine. */
  | { readonly kind: "file"; readonly path: string }
  /** An artifact of an OCI registry. */
  | { readonly kind: "oci"; readonly reference: string }
  /** One that comes with Gantry. */
  | { readonly kind: "builtin"; readonly name: string }
  /** A directory under development, used where it is. */
  | { readonly kind: "link"; readonly path: string };

const PACKAGE = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** A source as it is written into lock files. */
export const SourceText = z
  .string()
  .max(2_000)
  .regex(/^(npm|file|oci|builtin|link):\S/, "expected npm:, file:, oci:, builtin: or link:");

/**
 * Reads what a user writes: `npm:NAME@RANGE`, `NAME[@RANGE]`, `oci://...`, `builtin:NAME`, `file:PATH`, or a path. A
 * bare name that is in `shipped` is the one that comes with Gantry. Paths stay as they were written.
 */
export function parseSource(text: string, shipped: readonly string[] = []): Source {
  const [, kind = "", rest = ""] = /^(npm|file|builtin|link):(.+)$/.exec(text) ?? [];
  if (kind === "npm") return parsePackage(rest);
  if (kind === "file" || kind === "link") return { kind, path: rest };
  if (kind === "builtin") return { kind, name: rest };
  if (text.startsWith("oci://")) return { kind: "oci", reference: text.slice("oci://".length) };
  if (isPath(text)) return { kind: "file", path: text };
  if (shipped.includes(text)) return { kind: "builtin", name: text };
  return parsePackage(text);
}

/** The text of a lock file; `parseSource` gives the same source back. */
export function formatSource(source: Source): string {
  switch (source.kind) {
    case "npm":
      return `npm:${source.name}@${source.range}`;
    case "oci":
      return `oci://${source.reference}`;
    case "builtin":
      return `builtin:${source.name}`;
    default:
      return `${source.kind}:${source.path}`;
  }
}

/** The source that gives the newest one: without the version that was found there. */
export function withoutVersion(source: Source): Source {
  if (source.kind === "npm") return { ...source, range: "latest" };
  if (source.kind === "oci")
    return { ...source, reference: source.reference.replace(/@sha256:[a-f0-9]{64}$/, "") };
  return source;
}

function isPath(text: string): boolean {
  return /^(\.{0,2}\/|~\/|\.{1,2}$)/.test(text) || /\.(tgz|tar\.gz|tar)$/.test(text);
}

function parsePackage(text: string): Source {
  const at = text.indexOf("@", 1);
  const name = at < 0 ? text : text.slice(0, at);
  const range = at < 0 ? "latest" : text.slice(at + 1);
  if (PACKAGE.test(name) && name.length <= 214 && /^[^\s/]+$/.test(range.replaceAll(" ", "")))
    return { kind: "npm", name, range };
  throw new PackageError("spec-invalid", `"${text}" names no driver to install.`, {
    hint: "Use an npm package (NAME@VERSION), a path beginning with ./ or /, or oci://REGISTRY/NAME:TAG.",
  });
}
