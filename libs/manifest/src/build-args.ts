import { DockerfileParser } from "dockerfile-ast";
import type { Manifest } from "./manifest.ts";
import { toText } from "./template-engine.ts";

/** A value is too long to be a build argument. */
export class BuildArgError extends Error {
  override readonly name = "BuildArgError";
  readonly hint = "Shorten the value, or COPY a file that holds it.";

  constructor(argument: string, length: number) {
    super(`the build argument ${argument} has ${length} characters, of at most ${LONGEST}`);
  }
}

const LONGEST = 5000;

/**
 * The manifest's `custom` values as build arguments: `custom.a.b` is `CUSTOM_A_B`. Only those that the Dockerfile
 * declares with ARG. Throws a `BuildArgError` for a value over 5000 characters.
 */
export function customBuildArgs(manifest: Manifest, dockerfile: string): Record<string, string> {
  const declared = declaredArgs(dockerfile);
  const args = flatten(manifest.custom, "CUSTOM").filter(([name]) => declared.has(name));
  for (const [name, value] of args) {
    if (value.length > LONGEST) throw new BuildArgError(name, value.length);
  }
  return Object.fromEntries(args);
}

function declaredArgs(dockerfile: string): Set<string> {
  const names = DockerfileParser.parse(dockerfile)
    .getARGs()
    .flatMap((arg) => arg.getArguments())
    .map((argument) => argument.getValue().split("=")[0] ?? "");
  return new Set(names);
}

function flatten(value: unknown, name: string): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [[name, toText(value)]];
  }
  return Object.entries(value).flatMap(([key, item]) =>
    flatten(item, `${name}_${key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_")}`),
  );
}
