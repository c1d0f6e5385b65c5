import { parseBundle } from "../bundle/parse-bundle.ts";
import type { Bundle } from "../bundle/schema.ts";

/** The smallest bundle, with what a test adds to it. */
export function documentWith(parts: Readonly<Record<string, unknown>> = {}) {
  return {
    schemaVersion: "v1.2.0",
    name: "hello",
    version: "1.0.0",
    invocationImages: [{ image: "example.com/hello:1.0.0" }],
    ...parts,
  };
}

/** The same, parsed. */
export function bundleWith(parts: Readonly<Record<string, unknown>> = {}): Bundle {
  return parseBundle(JSON.stringify(documentWith(parts)));
}

/** A bundle with one parameter `it` of this definition. */
export function bundleTaking(
  definition: unknown,
  parameter: Readonly<Record<string, unknown>> = {},
): Bundle {
  return bundleWith({
    definitions: { kind: definition },
    parameters: { it: { definition: "kind", destination: { env: "IT" }, ...parameter } },
  });
}

/** What `act` throws, so that a test can look at all of it. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
