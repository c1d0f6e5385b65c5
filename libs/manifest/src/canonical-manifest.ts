import { isAlias, isMap, parseDocument } from "yaml";

/** What the command line may override. */
export interface ManifestEdits {
  readonly name?: string;
  readonly version?: string;
  /** Dotted paths below `custom`; values are always text. */
  readonly custom?: Readonly<Record<string, string>>;
}

/**
 * The manifest as it goes into the image. Comments and order stay; without edits the text stays to the byte.
 * The text has to be a valid manifest.
 */
export function canonicalManifest(text: string, edits: ManifestEdits): string {
  const { name, version, custom = {} } = edits;
  const changes: [string[], string][] = [
    ...(name === undefined ? [] : [[["name"], name] satisfies [string[], string]]),
    ...(version === undefined ? [] : [[["version"], version] satisfies [string[], string]]),
    ...Object.entries(custom).map(([path, value]): [string[], string] => [
      ["custom", ...path.split(".")],
      value,
    ]),
  ];
  if (changes.length === 0) return text;
  const document = parseDocument(text);
  for (const [path, value] of changes) {
    makeRoom(document, path);
    document.setIn(path, value);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** A scalar, an empty value or an alias on the way to `path` gives way to a map. */
function makeRoom(document: ReturnType<typeof parseDocument>, path: readonly string[]): void {
  for (let length = 1; length < path.length; length += 1) {
    const above = path.slice(0, length);
    const node: unknown = document.getIn(above, true);
    const actual = isAlias(node) ? node.resolve(document) : node;
    if (isMap(actual) && isMap(node)) continue;
    document.setIn(above, isMap(actual) ? actual.clone() : document.createNode({}));
  }
}
