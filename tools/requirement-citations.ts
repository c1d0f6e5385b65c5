import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import ts from "typescript";
import type { Requirement } from "../docs/requirements.ts";

/** One requirement id in the title of a test that can run. */
export interface Citation {
  readonly id: string;
  /** Path of the test file from the repository's root, with `/`. */
  readonly file: string;
}

const PLACES = ["apps", "libs", "tools"];
const IDS = /\[([A-Z]-\d{2}(?:, ?[A-Z]-\d{2})*)\]/g;

/** Finds the ids that test titles cite, as in `[P-04]` or `[P-04, P-05]`, in every test file below `root`. */
export async function findCitations(root: string): Promise<readonly Citation[]> {
  const found = await Promise.all(PLACES.map((place) => testFiles(join(root, place))));
  const read = found.flat().map(async (path) => {
    const file = relative(root, path).replaceAll("\\", "/");
    return citationsIn(file, await readFile(path, "utf8"));
  });
  return (await Promise.all(read)).flat();
}

async function testFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", "dist"].includes(entry.name) ? [] : await testFiles(path);
    }
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

/** The citations of one test file: titles of `it`, `test` and `describe`, but not of skipped ones. */
export function citationsIn(file: string, source: string): readonly Citation[] {
  const citations: Citation[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node))
      citations.push(...idsOf(titleOf(node)).map((id) => ({ id, file })));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, false));
  return citations;
}

function titleOf(call: ts.CallExpression): string {
  const [title] = call.arguments;
  if (title === undefined || !isTest(call.expression)) return "";
  if (ts.isStringLiteralLike(title)) return title.text;
  return ts.isTemplateExpression(title) ? title.head.text : "";
}

/** `it(`, `test.each([...])(`, `describe.skipIf(...)(`; `it.skip` and `it.todo` show nothing. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return ["it", "test", "describe"].includes(callee.text);
  if (ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee)) {
    return isTest(ts.isCallExpression(callee) ? callee.expression : callee.tag);
  }
  if (!ts.isPropertyAccessExpression(callee)) return false;
  return !["skip", "todo", "fails"].includes(callee.name.text) && isTest(callee.expression);
}

function idsOf(title: string): readonly string[] {
  return [...title.matchAll(IDS)].flatMap((match) => match[1]?.split(/, ?/) ?? []);
}

/** Says for each requirement why its citations do not do, and for each citation what it does not cite. */
export function citationFaults(
  requirements: readonly Requirement[],
  citations: readonly Citation[],
): readonly string[] {
  const known = new Set(requirements.map(({ id }) => id));
  const strangers = citations
    .filter(({ id }) => !known.has(id))
    .map(({ id, file }) => `${id} is cited by ${file} but is no requirement`);
  const faults = requirements.flatMap((requirement) => {
    const citing = citations.filter(({ id }) => id === requirement.id);
    return fault(requirement, citing) ?? [];
  });
  return [...strangers, ...faults];
}

function fault(requirement: Requirement, citing: readonly Citation[]): string | undefined {
  const { id, text, status, citedBy } = requirement;
  if (status === "later") {
    const files = citing.map(({ file }) => file).join(", ");
    return citing.length === 0 ? undefined : `${id} is marked later but is cited by ${files}`;
  }
  const counting = citing.filter(({ file }) => citedBy === "test" || file.startsWith("apps/"));
  if (counting.length > 0) return undefined;
  const where = citedBy === "run" ? "test below apps/" : "test";
  return `${id} is cited by no ${where}: ${text}`;
}
