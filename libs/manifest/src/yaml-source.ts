import {
  type Document,
  LineCounter,
  type Node,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from "yaml";
import type { ManifestProblem } from "./problem.ts";

/** Keys and indexes from the top of the document down to a node. */
export type YamlPath = readonly (string | number)[];

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a problem says, without the place it is at. */
export type Finding = Omit<ManifestProblem, "path" | "line" | "column">;

/** A YAML text that remembers where each of its nodes stands. */
export class YamlSource {
  readonly path: string;
  readonly text: string;
  readonly document: Document.Parsed;
  readonly #lines = new LineCounter();

  constructor(text: string, path: string) {
    this.path = path;
    this.text = text;
    this.document = parseDocument(text, {
      lineCounter: this.#lines,
      merge: true,
      prettyErrors: false,
    });
  }

  /** Where the value at `path` begins, or its key; the nearest node above when there is none. */
  at(path: YamlPath, target: "key" | "value" = "value"): Position {
    return this.#position(offsetOf(this.document.contents, path, target));
  }

  problem(path: YamlPath, finding: Finding, target?: "key" | "value"): ManifestProblem {
    return { path: this.path, ...this.at(path, target), ...finding };
  }

  /** Errors of the YAML syntax itself and of values that YAML would silently change. */
  problems(): ManifestProblem[] {
    const syntax = this.document.errors.map((error) => ({
      path: this.path,
      ...this.#position(error.pos[0]),
      ...syntaxFinding(error.code, error.message),
    }));
    return [...syntax, ...this.#unknownAliases(), ...this.#unsafeIntegers()];
  }

  #unknownAliases(): ManifestProblem[] {
    const problems: ManifestProblem[] = [];
    visit(this.document, {
      Alias: (_key, node) => {
        if (node.resolve(this.document) !== undefined) return;
        problems.push({
          path: this.path,
          ...this.#position(node.range?.[0] ?? 0),
          message: "this alias has no anchor above it",
          found: `*${node.source}`,
          hint: `write \`&${node.source}\` before the value that is meant`,
        });
      },
    });
    return problems;
  }

  #unsafeIntegers(): ManifestProblem[] {
    const problems: ManifestProblem[] = [];
    visit(this.document, {
      Scalar: (_key, node) => {
        if (typeof node.value !== "number" || !Number.isInteger(node.value)) return;
        if (Number.isSafeInteger(node.value) || /[.eE]/.test(node.source ?? "")) return;
        problems.push({
          path: this.path,
          ...this.#position(node.range?.[0] ?? 0),
          message: "this number is too large to be kept exactly",
          found: node.source ?? String(node.value),
          hint: "put it in quotes",
        });
      },
    });
    return problems;
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function syntaxFinding(code: string, message: string): Finding {
  switch (code) {
    case "DUPLICATE_KEY":
      return { message: "this key is written twice", hint: "remove one of the two" };
    case "MULTIPLE_DOCS":
      return {
        message: "a manifest is one YAML document",
        hint: "remove the `---` and what follows",
      };
    case "TAB_AS_INDENT":
      return { message: "a tab is used to indent", hint: "indent with spaces" };
    default:
      return {
        message: `not valid YAML: ${message}`,
        hint: "check indentation, quotes and colons",
      };
  }
}

function offsetOf(root: Node | null, path: YamlPath, target: "key" | "value"): number {
  let offset = root?.range?.[0] ?? 0;
  let node: Node | null = root;
  for (const [depth, step] of path.entries()) {
    const found = child(node, step);
    if (found === undefined) return offset;
    const wantsKey = target === "key" && depth === path.length - 1;
    const nearest = wantsKey ? (found.key ?? found.value) : (found.value ?? found.key);
    offset = nearest?.range?.[0] ?? offset;
    node = found.value;
  }
  return offset;
}

function child(
  node: Node | null,
  step: string | number,
): { key: Node | null; value: Node | null } | undefined {
  if (isSeq(node) && typeof step === "number") {
    const item = node.items[step];
    return isNode(item) ? { key: null, value: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(
    (item) => isScalar(item.key) && String(item.key.value) === String(step),
  );
  if (pair === undefined) return undefined;
  return { key: isNode(pair.key) ? pair.key : null, value: isNode(pair.value) ? pair.value : null };
}
