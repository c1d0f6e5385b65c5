import type { ContextFiles, SourceEntry } from "./context-files.ts";

/**
 * The entries of a context that lead to `paths`, or all when there are none. A path with a wildcard stands for all
 * that is below the directory before it. When a link is among them, everything is given, because it may lead anywhere.
 */
export async function* wantedPaths(
  context: ContextFiles,
  paths: readonly string[],
): AsyncGenerator<SourceEntry> {
  const prefixes = paths.map(plainPrefix);
  if (prefixes.length === 0 || prefixes.includes("")) {
    yield* context.list(() => true);
    return;
  }
  const wanted: SourceEntry[] = [];
  for await (const entry of context.list((path) =>
    prefixes.some((prefix) => leads(path, prefix)),
  )) {
    wanted.push(entry);
  }
  const hasLink = wanted.some(({ link }) => link !== undefined);
  yield* hasLink ? context.list(() => true) : wanted;
}

/** The part of a path before its first wildcard, at a `/`. */
function plainPrefix(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const wild = parts.findIndex((part) => /[*?[\\]|^\.\.$/u.test(part));
  return (wild === -1 ? parts : parts.slice(0, wild)).join("/");
}

function leads(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`) || prefix.startsWith(`${path}/`);
}
