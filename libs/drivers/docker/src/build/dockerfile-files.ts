import type { SourceEntry } from "./context-files.ts";

/** What the Dockerfile is called in the build; it never is in the context, so it clashes with nothing. */
export const DOCKERFILE_NAME = "Dockerfile";

/**
 * The directory that holds the Dockerfile's text. The ignore file beside it is empty, so that the engine does not read
 * the context's own: what is to be ignored has been decided here.
 */
export async function* dockerfileFiles(text: string): AsyncGenerator<SourceEntry> {
  const modifiedNs = Date.now() * 1e6;
  yield entry(DOCKERFILE_NAME, Buffer.from(text), modifiedNs);
  yield entry(`${DOCKERFILE_NAME}.dockerignore`, Buffer.from("# applied already\n"), modifiedNs);
}

function entry(path: string, source: Buffer, modifiedNs: number): SourceEntry {
  return { path, mode: 0o644, size: source.length, modifiedNs, source };
}
