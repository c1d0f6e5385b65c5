import type { RunSpec } from "@gantry/driver-api";
import type { CommandOptions } from "../options.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What any program may need to find its tools and to print properly. */
const BASIC = ["PATH", "HOME", "LANG", "LC_*", "TERM", "TZ", "TMPDIR", "USER", "LOGNAME"];

/** The variables of `host` that the executable may see. */
export function allowed(host: Variables, options: CommandOptions): Record<string, string> {
  const patterns = options.classicEnvironment ? ["*"] : [...BASIC, ...options.environment];
  const entries = Object.entries(host).flatMap(([name, value]) =>
    value !== undefined && patterns.some((pattern) => matches(name, pattern))
      ? [[name, value] as const]
      : [],
  );
  return Object.fromEntries(entries);
}

/** The whole environment of a run's executable. The run's own variables are in the operation, and here only when asked for. */
export function runEnvironment(
  spec: RunSpec,
  outputDir: string,
  { host, options }: { readonly host: Variables; readonly options: CommandOptions },
): Record<string, string> {
  const ofRun = options.classicEnvironment
    ? Object.fromEntries(spec.environment.map(({ name, value }) => [name, value]))
    : {};
  const added = { ...ofRun, CNAB_OUTPUT_DIR: outputDir };
  return { ...allowed(host, options), ...added, CNAB_VARS: Object.keys(added).join(",") };
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
