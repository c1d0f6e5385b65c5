import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Makes the programs: the run tool first, which the daemon carries with it. */
const BUILDS = [
  "apps/run-tool/build.ts",
  "apps/daemon/build.ts",
  "apps/daemon/package-drivers.ts",
  "apps/cli/build.ts",
];

for (const script of BUILDS) {
  const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const { status } = spawnSync(process.execPath, ["--conditions=@gantry/source", file], {
    stdio: "inherit",
  });
  if (status !== 0) {
    process.stderr.write(`Error: ${script} failed.\n`);
    process.exit(status ?? 70);
  }
}
