import { chmod, copyFile, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Programs that the local driver starts in namespaces of its own; it looks for them beside its own code. */
const WORKERS = {
  "build-worker": "../../libs/drivers/local/src/build/worker/build-worker.ts",
  "unpack-worker": "../../libs/drivers/local/src/snapshots/unpack-worker.ts",
  "outputs-worker": "../../libs/drivers/local/src/run/outputs/outputs-worker.ts",
};

const DAY_MS = 24 * 60 * 60 * 1000;

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Writes `bundle/gantryd.js` and its chunks: with what they import, drivers loaded when asked for. */
// Chunks of an earlier build stay a while: a daemon that still runs it may yet load one.
await forgetOld(at("bundle"));
await build({
  entryPoints: {
    gantryd: at("src/main.ts"),
    ...Object.fromEntries(Object.entries(WORKERS).map(([name, path]) => [name, at(path)])),
  },
  outdir: at("bundle"),
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node26",
  format: "esm",
  conditions: ["@gantry/source"],
  // These read files beside their own code.
  external: ["dockerode", "pino"],
  banner: {
    js: 'import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);',
  },
  logLevel: "warning",
});
// Bundled code finds the run tool as its source does: in `../dist` of its own directory.
await mkdir(at("dist"), { recursive: true });
await copyFile(at("../run-tool/dist/run"), at("dist/run"));
await chmod(at("dist/run"), 0o755);

async function forgetOld(dir: string): Promise<void> {
  const names = await readdir(dir).catch(() => []);
  for (const name of names) {
    const { mtimeMs } = await stat(join(dir, name));
    if (Date.now() - mtimeMs > DAY_MS) await rm(join(dir, name), { force: true });
  }
}
