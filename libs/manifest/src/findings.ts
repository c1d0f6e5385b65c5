import type { ManifestProblem } from "./problem.ts";
import type { Finding, YamlPath, YamlSource } from "./yaml-source.ts";

/** Collects what the rules find, so that one reading reports everything. */
export class Findings {
  readonly source: YamlSource;
  readonly problems: ManifestProblem[] = [];
  readonly warnings: ManifestProblem[] = [];

  constructor(source: YamlSource) {
    this.source = source;
  }

  refuse(path: YamlPath, finding: Finding, target: "key" | "value" = "value"): void {
    this.problems.push(this.source.problem(path, finding, target));
  }

  warn(path: YamlPath, finding: Finding): void {
    this.warnings.push(this.source.problem(path, finding, "key"));
  }
}
