import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What makes a folder of `libs/drivers` a driver that is shipped as a package. */
const MANIFEST = "gantry-driver.json";

/** Bundles a driver's `src/main.ts` into the one file that its manifest's command names, below the manifest. */
export async function packageDriver(source: string, target: string): Promise<void> {
  const draft = `${target}.draft-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await build({
    entryPoints: [join(source, "src/main.ts")],
    outfile: join(draft, await programOf(source)),
    bundle: true,
    platform: "node",
    target: "node26",
    format: "esm",
    conditions: ["@gantry/source"],
    // Only makes ssh faster, and is machine code.
    external: ["cpu-features", "*.node"],
    banner: {
      js: 'import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  await writeFile(join(draft, "package.json"), '{ "type": "module" }\n');
  await copyFile(join(source, MANIFEST), join(draft, MANIFEST));
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
}

async function programOf(source: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(source, MANIFEST), "utf8"));
  const command =
    typeof manifest === "object" && manifest !== null && "command" in manifest
      ? manifest.command
      : [];
  const words: readonly unknown[] = Array.isArray(command) ? command : [];
  const program = words.find((word) => typeof word === "string" && /\.m?js$/.test(word));
  return typeof program === "string" ? program : "main.mjs";
}

/** Packages every driver below `drivers` that has a manifest, each into a folder of its name below `target`. */
export async function packageDrivers(drivers: string, target: string): Promise<readonly string[]> {
  const packaged: string[] = [];
  for (const name of (await readdir(drivers)).toSorted()) {
    const source = join(drivers, name);
    if (!(await isFile(join(source, MANIFEST)))) continue;
    await packageDriver(source, join(target, name));
    packaged.push(name);
  }
  return packaged;
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

if (import.meta.main) {
  const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  await packageDrivers(at("../../libs/drivers"), at("dist/drivers"));
}
