import { type ManifestError, parseManifest } from "./index.ts";
import { ManifestError as KnownError } from "./problem.ts";

/** The shortest manifest that is valid; tests add to it or replace a line. */
export const MINIMAL = `schemaVersion: 1.0.1
name: sample
version: 0.1.0
registry: localhost:5000
mixins:
  - exec
install:
  - exec: {command: "true"}
uninstall:
  - exec: {command: "true"}
`;

export function parsed(text: string) {
  return parseManifest(text, { path: "porter.yaml" });
}

/** What `parseManifest` refuses `text` with, a line for each problem. */
export function refusals(text: string): readonly string[] {
  try {
    parsed(text);
    return [];
  } catch (error) {
    if (error instanceof KnownError) return lines(error);
    throw error;
  }
}

function lines(error: ManifestError): readonly string[] {
  return error.message.split("\n").map((line) => line.replace("porter.yaml:", ""));
}
