/** Something at the top level of the build context. */
export interface ContextEntry {
  readonly name: string;
  readonly directory: boolean;
}

/**
 * COPY instructions for exactly these entries: a plain `COPY .` would take the generated files too, and taking
 * them away again needs a shell. Modes stay as they are; COPY flattens directories, so each has its own line.
 */
export function userFileLines(entries: readonly ContextEntry[], owner: string): readonly string[] {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  const files = sorted.filter(({ directory }) => !directory).map(({ name }) => literal(name));
  const directories = sorted.filter(({ directory }) => directory);
  return [
    ...(files.length === 0 ? [] : [copy([...files, "/cnab/app/"], owner)]),
    ...directories.map(({ name }) => copy([`${literal(name)}/`, `/cnab/app/${name}/`], owner)),
  ];
}

function copy(paths: readonly string[], owner: string): string {
  const isPlain = paths.every((path) => /^[\w./@+,:%~-]+$/.test(path));
  const text = isPlain ? paths.join(" ") : JSON.stringify(paths);
  return `COPY --chown=${owner} ${text}`;
}

/** COPY reads patterns and variables: these characters have to stand for themselves. */
function literal(name: string): string {
  return name.replaceAll(/[*?[]/g, "[$&]").replaceAll("\\", "\\\\").replaceAll("$", "\\$");
}
