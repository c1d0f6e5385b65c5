import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { silentSuites, type VitestReport } from "./silent-suites.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const only = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "gantry-test-"));
const report = join(scratch, "report.json");
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const VITEST = [
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
];

/** Everything that a change has to pass, cheapest first. Arguments go to vitest and leave the rest out. */
const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ["build", ["node", "--conditions=@gantry/source", "tools/build.ts"]],
  ...(only.length > 0
    ? []
    : ([
        ["types", ["tsc", "-b"]],
        ["lint", ["oxlint", "--quiet"]],
        ["format", ["biome", "format", "."]],
        ["documents", ["node", "--conditions=@gantry/source", "tools/docs/main.ts", "--check"]],
      ] as const)),
  ["tests", ["node", "tools/engines/main.ts", "run", "--", ...VITEST, ...only]],
];

/** The last line, for whoever looks at nothing else. */
function summarize(): void {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(report, "utf8"),
  ) as Record<string, number>;
  process.stdout.write(
    `tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`,
  );
}

for (const [name, [command = "", ...args]] of STEPS) {
  const started = performance.now();
  process.stderr.write(`\n▶ ${name}: ${[command, ...args].join(" ")}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    process.stderr.write(`✗ ${name} failed\n`);
    process.exit(status ?? 70);
  }
  process.stderr.write(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
}
summarize();
const silent = silentSuites(JSON.parse(readFileSync(report, "utf8")) as VitestReport);
if (process.env["GANTRY_REQUIRE_ENGINES"] === "1" && silent.length > 0) {
  process.stderr.write(`✗ nothing of these suites ran, though engines are required:\n`);
  process.stderr.write(silent.map((name) => `  ${name}\n`).join(""));
  process.exit(1);
}
