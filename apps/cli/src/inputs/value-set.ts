import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isNode, LineCounter, parseDocument } from "yaml";
import { UsageError } from "../command-line/usage-error.ts";
import { isSourceKind, type ValueSource } from "./value-source.ts";

export type SetKind = "ParameterSet" | "CredentialSet";

/** One entry of a set. A parameter's `value` may be any JSON. */
export interface SetEntry {
  readonly name: string;
  readonly source: ValueSource | { readonly kind: "json"; readonly value: unknown };
}

const LISTS = { ParameterSet: "parameters", CredentialSet: "credentials" } as const;
const FIELDS: ReadonlySet<string> = new Set(
  "schemaType schemaVersion name namespace labels created modified status custom".split(" "),
);

/** Reads a set document (CNAB 802, Porter's fields), YAML or JSON. Throws `UsageError` with file and line; never shows a value. */
export async function readValueSet(file: string, kind: SetKind, cwd: string): Promise<SetEntry[]> {
  const path = resolve(cwd, file);
  const reader = new SetReader(path, await readText(path, kind), kind);
  return reader.read();
}

async function readText(path: string, kind: SetKind): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const flag = kind === "ParameterSet" ? "--parameter-set" : "--credential-set";
    throw new UsageError(`${flag} names the file ${path}, which cannot be read.`, {
      hint: "Give the path of a set document; stored sets do not exist.",
      cause,
    });
  }
}

class SetReader {
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #kind: SetKind;

  constructor(path: string, text: string, kind: SetKind) {
    this.#path = path;
    this.#kind = kind;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
  }

  /** What is wrong with an alias is only seen now; its text may be a value, and is not shown. */
  #data(): unknown {
    try {
      return this.#document.toJS();
    } catch {
      throw this.#fault(
        "an alias (*NAME) has no anchor, or too many hang on one; quote values that begin with *",
        0,
      );
    }
  }

  read(): SetEntry[] {
    const [broken] = this.#document.errors;
    if (broken !== undefined) throw this.#fault(broken.message, broken.pos[0]);
    const root: unknown = this.#data() ?? {};
    if (!isRecord(root)) throw this.#fault("expected a mapping", 0);
    const list = LISTS[this.#kind];
    for (const field of Object.keys(root)) {
      if (!FIELDS.has(field) && field !== list)
        throw this.#fault(`unknown field "${field}"; expected ${list}`, this.#at([field]));
    }
    this.#checkType(root["schemaType"]);
    const entries = root[list];
    if (!Array.isArray(entries)) throw this.#fault(`expected a list "${list}"`, this.#at([list]));
    const read = entries.map((entry: unknown, index) => this.#entry(entry, [list, index]));
    this.#checkNames(read, list);
    return read;
  }

  #checkType(type: unknown): void {
    if (type === undefined) return;
    const found = textOf(type);
    if (found.toLowerCase() === this.#kind.toLowerCase()) return;
    throw this.#fault(`schemaType is "${found}"; expected ${this.#kind}`, this.#at(["schemaType"]));
  }

  #checkNames(entries: readonly SetEntry[], list: string): void {
    for (const [index, { name }] of entries.entries()) {
      if (entries.findIndex((other) => other.name === name) < index)
        throw this.#fault(`"${name}" is there twice`, this.#at([list, index]));
    }
  }

  #entry(entry: unknown, path: readonly (string | number)[]): SetEntry {
    const name = isRecord(entry) ? entry["name"] : undefined;
    if (!isRecord(entry) || typeof name !== "string" || name === "")
      throw this.#fault("expected an entry {name, source}", this.#at(path));
    const source = entry["source"];
    const kinds = isRecord(source) ? Object.keys(source) : [];
    const [kind = ""] = kinds;
    if (!isRecord(source) || kinds.length !== 1)
      throw this.#fault(
        `"${name}" needs exactly one source; found ${kinds.length}`,
        this.#at(path),
      );
    return { name, source: this.#source(name, kind, { hint: source[kind], at: this.#at(path) }) };
  }

  #source(
    name: string,
    kind: string,
    { hint, at }: { readonly hint: unknown; readonly at: number },
  ): SetEntry["source"] {
    if (kind === "secret")
      throw this.#fault(`"${name}" comes from a secret store, and there is none`, at);
    if (!isSourceKind(kind))
      throw this.#fault(
        `"${name}" has the source "${kind}"; expected value, env, path or command`,
        at,
      );
    if (typeof hint === "string") return { kind, hint };
    if (kind === "value" && hint !== undefined && hint !== null)
      return this.#kind === "ParameterSet"
        ? { kind: "json", value: hint }
        : { kind, hint: textOf(hint) };
    throw this.#fault(`the ${kind} of "${name}" is no text`, at);
  }

  #at(path: readonly (string | number)[]): number {
    const node: unknown = this.#document.getIn(path, true);
    return isNode(node) && node.range ? node.range[0] : 0;
  }

  #fault(message: string, offset: number): UsageError {
    const { line, col } = this.#lines.linePos(offset);
    return new UsageError(`${this.#path}:${line}:${col}: ${message}.`, {
      hint: `A set is {name, ${LISTS[this.#kind]}: [{name, source: {env: VAR}}]}; sources are value, env, path, command.`,
    });
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
