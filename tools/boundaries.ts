/** What each layer may lean on. A layer that is not listed may lean on nothing. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  kernel: ["kernel"],
  domain: ["kernel", "domain"],
  contract: ["kernel", "domain"],
  parts: ["kernel", "domain", "contract"],
  driver: ["kernel", "domain", "contract", "parts"],
  client: ["kernel", "domain", "contract"],
  payload: ["kernel", "domain"],
  ui: ["kernel", "domain", "contract", "client"],
  app: ["kernel", "domain", "contract", "parts", "driver", "client", "payload", "ui"],
};

/** Which sides of the socket a side may see. `both` code knows neither engine nor wire. */
const SIDES: Readonly<Record<string, readonly string[]>> = {
  both: ["both"],
  engine: ["engine", "both"],
  wire: ["wire", "both"],
  daemon: ["engine", "wire", "both"],
};

export interface Project {
  readonly name: string;
  readonly tags: readonly string[];
}

export interface Dependency {
  readonly source: string;
  readonly target: string;
}

/** The dependencies between projects that the house does not allow, as `from -> to`, sorted. */
export function forbiddenDependencies(
  projects: readonly Project[],
  dependencies: readonly Dependency[],
): readonly string[] {
  const byName = new Map(projects.map((project) => [project.name, project]));
  const forbidden = dependencies.filter(({ source, target }) => {
    const from = byName.get(source);
    const to = byName.get(target);
    return from !== undefined && to !== undefined && !isAllowed(from, to);
  });
  return [...new Set(forbidden.map(({ source, target }) => `${source} -> ${target}`))].toSorted();
}

function isAllowed(from: Project, to: Project): boolean {
  const layer = LAYERS[tag(from, "layer")]?.includes(tag(to, "layer"));
  const side = SIDES[tag(from, "side")]?.includes(tag(to, "side"));
  return layer === true && side === true;
}

function tag({ tags }: Project, axis: string): string {
  return tags.find((name) => name.startsWith(`${axis}:`))?.slice(axis.length + 1) ?? "untagged";
}
