import { lstatSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parts, resolveInRoot } from "./resolve.ts";

/** Something that a source of COPY names. */
export interface Selected {
  /** Where it really is, relative to the root of the tree; empty for the root itself. */
  readonly path: string;
  /** The name that it gets in a target directory. */
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Whether a source is a pattern, which may match nothing. */
export function isPattern(source: string): boolean {
  return /[*?[\\]/.test(source);
}

/** Whether a source climbs above the root of its tree. */
export function climbsOut(source: string): boolean {
  let depth = 0;
  for (const part of parts(source)) {
    depth += part === ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

/** What `source` names below `root`, sorted. A symbolic link that is named itself is followed, inside the root. */
export function selectSource(root: string, source: string): Selected[] {
  if (!isPattern(source)) return look(root, normalize(source));
  return matches(root, "", normalize(source).split("/")).flatMap((path) => look(root, path));
}

/** Names in the same directory, for a message about one that is missing. */
export function siblings(root: string, source: string): string[] {
  const names = parts(source);
  const directory = names.slice(0, -1).join("/");
  return list(resolveInRoot(root, directory)).map((name) =>
    directory === "" ? name : `${directory}/${name}`,
  );
}

function normalize(source: string): string {
  const kept: string[] = [];
  for (const part of parts(source)) {
    if (part === "..") kept.pop();
    else kept.push(part);
  }
  return kept.join("/");
}

function look(root: string, path: string): Selected[] {
  const place = resolveInRoot(root, path);
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  return [{ path: relative(root, place), name: basename(path), isDirectory: stats.isDirectory() }];
}

function matches(root: string, directory: string, patterns: readonly string[]): string[] {
  const [pattern, ...rest] = patterns;
  if (pattern === undefined) return [directory];
  const test = toRegExp(pattern);
  const found = list(resolveInRoot(root, directory))
    .filter((name) => test.test(name))
    .toSorted();
  return found.flatMap((name) =>
    matches(root, directory === "" ? name : join(directory, name), rest),
  );
}

function list(directory: string): string[] {
  const stats = lstatSync(directory, { throwIfNoEntry: false });
  return stats?.isDirectory() === true ? readdirSync(directory) : [];
}

/** One name's pattern by the rules of Go's `filepath.Match`. */
function toRegExp(pattern: string): RegExp {
  let source = "";
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern[index] ?? "";
    const set = char === "[" ? /^\[(\^?)((?:\\.|[^\]\\])+)\]/s.exec(pattern.slice(index)) : null;
    if (char === "*") source += ".*";
    else if (char === "?") source += ".";
    else if (set !== null) {
      source += `[${set[1] ?? ""}${(set[2] ?? "").replaceAll("[", String.raw`\[`)}]`;
      index += set[0].length - 1;
    } else if (char === "\\" && index + 1 < pattern.length)
      source += RegExp.escape(pattern[++index] ?? "");
    else source += RegExp.escape(char);
  }
  return new RegExp(`^${source}$`, "s");
}
