import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readOptions, ROOT, USAGE } from "./options.ts";

const SOURCE = "--conditions=@gantry/source";

function node(args: readonly string[]): number {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
  return status ?? 1;
}

/** Builds what is measured, then measures while private engines run. */
function main(argv: readonly string[]): number {
  const options = readOptions(argv);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  if (options.needsBuild) {
    const status = node([SOURCE, "tools/build.ts"]);
    if (status !== 0) return status;
  }
  const session = fileURLToPath(new URL("session.ts", import.meta.url));
  return node(["tools/engines/main.ts", "run", "--", process.execPath, SOURCE, session, ...argv]);
}

process.exitCode = main(process.argv.slice(2));
