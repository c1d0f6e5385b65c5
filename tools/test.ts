import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { failedTests, filesToRepeat } from "./second-run.ts";
import { silentSuites } from "./silent-suites.ts";
import type { VitestReport } from "./vitest-report.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const only = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "gantry-test-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

type Report = VitestReport &
  Record<"numPassedTests" | "numFailedTests" | "numPendingTests", number>;

const VITEST_WITH_ENGINES = ["node", "tools/engines/main.ts", "run", "--", "vitest", "run"];

/** What has to hold before anything is tested, cheapest first. With arguments only the first. */
const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ["build", ["node", "--conditions=@gantry/source", "tools/build.ts"]],
  ["types", ["tsc", "-b"]],
  ["lint", ["oxlint", "--quiet"]],
  ["format", ["biome", "format", "."]],
  ["documents", ["node", "--conditions=@gantry/source", "tools/docs/main.ts", "--check"]],
];

/** Runs a step in sight of the caller. Gives its exit code. */
function step(name: string, [command = "", ...args]: readonly string[]): number {
  const started = performance.now();
  process.stderr.write(`\n▶ ${name}: ${[command, ...args].join(" ")}\n`);
  const status = spawnSync(command, args, { cwd: root, stdio: "inherit" }).status ?? 70;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(status === 0 ? `✓ ${name} (${seconds} s)\n` : `✗ ${name} failed\n`);
  return status;
}

/** Runs test files with the engines. The report is missing where vitest itself did not get through. */
function runTests(name: string, files: readonly string[]): readonly [number, Report | undefined] {
  const path = join(scratch, `${name.replaceAll(" ", "-")}.json`);
  const reports = ["--reporter=default", "--reporter=json", `--outputFile.json=${path}`];
  const status = step(name, [...VITEST_WITH_ENGINES, ...reports, ...files]);
  return [
    status,
    existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Report) : undefined,
  ];
}

/** Runs the few files that failed once more (docs/decisions/0027), and says so. Gives the exit code of the whole. */
function repeat(report: Report, firstStatus: number): number {
  const files = filesToRepeat(report);
  if (files.length === 0 || only.length > 0 || process.env["GANTRY_TEST_ONCE"] === "1") {
    return firstStatus;
  }
  const [status] = runTests("second run", files);
  if (status !== 0) return status;
  process.stderr.write("! UNSTEADY: these failed first, and passed when they ran alone\n");
  process.stderr.write(
    failedTests(report)
      .map((name) => `  ${name}\n`)
      .join(""),
  );
  return 0;
}

/** The last line, for whoever looks at nothing else. */
function summarize({ numPassedTests, numFailedTests, numPendingTests }: Report): void {
  process.stdout.write(
    `tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`,
  );
}

for (const [name, words] of only.length > 0 ? CHECKS.slice(0, 1) : CHECKS) {
  const status = step(name, words);
  if (status !== 0) process.exit(status);
}
const [first, report] = runTests("tests", only);
if (report === undefined) process.exit(first === 0 ? 70 : first);
const status = first === 0 ? 0 : repeat(report, first);
summarize(report);
if (status !== 0) process.exit(status);
const silent = silentSuites(report);
if (process.env["GANTRY_REQUIRE_ENGINES"] === "1" && silent.length > 0) {
  process.stderr.write(`✗ nothing of these suites ran, though engines are required:\n`);
  process.stderr.write(silent.map((name) => `  ${name}\n`).join(""));
  process.exit(1);
}
