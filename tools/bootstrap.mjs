// Runs under whatever Node the machine has, and before anything is installed: plain JavaScript, no dependencies.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const installed = join(root, "node_modules", ".package-lock.json");

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env });
  if (error) {
    console.error(`Error: ${command} could not be started: ${error.message}`);
    process.exit(70);
  }
  return status ?? 1;
}

function isInstalled() {
  if (!existsSync(installed) || !existsSync(join(root, "node_modules", ".bin", "node")))
    return false;
  return statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs - 1;
}

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) {
  console.error(
    `Error: Node ${process.versions.node} is too old to install Gantry.\nTry: install Node 20 or later.`,
  );
  process.exit(2);
}
if (!isInstalled()) {
  console.error("gantry: installing what is needed from the npm registry (once) ...");
  // Not `npm ci`: it insists on the binaries of every platform, which some registries lack. The lock file holds all the same.
  const status = run("npm", [
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
  if (status !== 0) {
    console.error(
      "Error: npm could not install the dependencies.\nTry: look at the lines above; a registry that is away is the usual reason.",
    );
    process.exit(status);
  }
}
const [script = "", ...args] = process.argv.slice(2);
const bin = join(root, "node_modules", ".bin");
const path = `${bin}:${process.env.PATH ?? ""}`;
process.exit(
  run(join(bin, "node"), ["--conditions=@gantry/source", join(root, script), ...args], {
    ...process.env,
    PATH: path,
  }),
);
