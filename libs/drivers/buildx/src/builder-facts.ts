/** What `docker buildx inspect` says of a builder. */
export interface BuilderFacts {
  readonly name: string;
  /** `docker`, `docker-container`, `kubernetes`, `remote`; empty where it is not known. */
  readonly driver: string;
  /** Of its first node: `running`, `inactive`, `stopped`. */
  readonly status: string | undefined;
  readonly buildkit: string | undefined;
  readonly platforms: readonly string[];
  /** Why it cannot be reached. */
  readonly error: string | undefined;
}

/** Reads the lines of `docker buildx inspect`: `Key: value`, those of the first node after those of the builder. */
export function readBuilder(text: string): BuilderFacts {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}:[ \\t]*(\\S.*)$`, "mu").exec(text)?.[1]?.trim();
  return {
    name: value("Name") ?? "default",
    driver: value("Driver") ?? "",
    status: value("Status"),
    buildkit: value("BuildKit version") ?? value("Buildkit"),
    platforms: (value("Platforms") ?? "").split(/,\s*/u).filter((name) => name !== ""),
    error: value("Error"),
  };
}
