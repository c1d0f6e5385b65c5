import type { Failure } from "@gantry/protocol";
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
} from "yaml";
import { Fault } from "../fault.ts";

export type Place = NonNullable<Failure["place"]>;
export type Path = readonly (string | number)[];

/** A configuration file as its user wrote it: comments, places and all. */
export class ConfigDocument {
  readonly path: string;
  /** What was read. */
  readonly text: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  private constructor(path: string, text: string, lines = new LineCounter()) {
    this.path = path;
    this.text = text;
    this.#document = parseDocument(text, { lineCounter: lines });
    this.#lines = lines;
  }

  /** Throws `config-invalid` with the place for text that is no YAML. */
  static parse(path: string, text: string): ConfigDocument {
    const read = new ConfigDocument(path, text);
    const [broken] = read.#document.errors;
    if (broken === undefined) return read;
    throw invalid(read.#at(broken.pos[0]), broken.message.split("\n")[0] ?? "");
  }

  /** Its content as data. Throws `config-invalid`. */
  data(): unknown {
    try {
      return this.#document.toJS() ?? {};
    } catch (error) {
      // Aliases that name nothing, or that would grow without bound.
      throw invalid(this.#at(0), error instanceof Error ? error.message : "not data");
    }
  }

  /** Whether the file itself says something there. */
  has(path: Path): boolean {
    return this.#document.hasIn(path);
  }

  /** What is written there, as data. */
  value(path: Path): unknown {
    const node = this.#document.getIn(path, true);
    return isNode(node) ? node.toJS(this.#document) : undefined;
  }

  /** Where the value of `path` is written; of what is missing, where it would belong. */
  place(path: Path): Place {
    for (let length = path.length; length > 0; length -= 1) {
      const node = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.#at(node.range[0]);
    }
    return this.#at(this.#document.contents?.range[0] ?? 0);
  }

  /** Where the name of a field is written. */
  keyPlace(parent: Path, key: string): Place {
    const node = parent.length === 0 ? this.#document.contents : this.#document.getIn(parent, true);
    const pair = isMap(node)
      ? node.items.find(({ key: name }) => isScalar(name) && name.value === key)
      : undefined;
    const range = isScalar(pair?.key) ? pair.key.range : undefined;
    return range ? this.#at(range[0]) : this.place(parent);
  }

  /** A copy with `value` there. */
  with(path: Path, value: unknown): ConfigDocument {
    return this.#changed((document) => {
      const before = document.getIn(path, true);
      const node = document.createNode(value);
      // What the user wrote about the old value is about the setting.
      if (isNode(before)) {
        Object.assign(node, pick(before, "comment", "commentBefore", "spaceBefore"));
        if (isCollection(before) && isCollection(node)) Object.assign(node, pick(before, "flow"));
      }
      document.setIn(path, node);
    });
  }

  /** A copy without what is there; what becomes empty by that goes too. */
  without(path: Path): ConfigDocument {
    return this.#changed((document) => {
      document.deleteIn(path);
      for (let length = path.length - 1; length > 0; length -= 1) {
        const parent = document.getIn(path.slice(0, length), true);
        if (!isMap(parent) || parent.items.length > 0) return;
        document.deleteIn(path.slice(0, length));
      }
    });
  }

  toString(): string {
    return this.#write(this.#document);
  }

  #changed(change: (document: Document.Parsed) => void): ConfigDocument {
    const document = parseDocument(this.toString());
    change(document);
    // Read anew: places are those of the text.
    return ConfigDocument.parse(this.path, this.#write(document));
  }

  /** Lists in brackets as their user writes them: with or without blanks inside. */
  #write(document: Document.Parsed): string {
    return textOf(document, { flowCollectionPadding: !/[[{][^\s\]}]/.test(this.text) });
  }

  #at(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { path: this.path, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** The members of a node that are set. */
function pick(node: object, ...names: readonly string[]): Record<string, unknown> {
  const entries = names.map((name): [string, unknown] => [name, Reflect.get(node, name)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function textOf(
  document: Document.Parsed,
  options: { readonly flowCollectionPadding: boolean },
): string {
  const isEmpty = document.contents === null && !document.comment && !document.commentBefore;
  return isEmpty ? "" : document.toString({ lineWidth: 0, ...options });
}

/** What is thrown for a configuration that is not valid. */
export function invalid(place: Place, message: string): Fault {
  return new Fault(
    "config-invalid",
    `${[place.path, place.line, place.column].join(":")}: ${message}`,
    { hint: "See docs/configuration.md for the fields.", place },
  );
}
