import { constants, copyFile, cp, link, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RUNTIME_DIR } from "@gantry/manifest";
import { GENERATED_DIR } from "./context-files.ts";
import type { MixinFiles } from "./mixins.ts";
import type { Runtime } from "./runtime.ts";

/** What goes into `.cnab/` of the build context. */
export interface Staged {
  readonly dir: string;
  readonly canonical: string;
  readonly dockerfile: string;
  readonly runtime: Runtime;
  readonly mixins: readonly MixinFiles[];
}

/** Lays out `.cnab/` anew. The Node binary is linked rather than copied where the file system allows it. */
export async function stage({
  dir,
  canonical,
  dockerfile,
  runtime,
  mixins,
}: Staged): Promise<void> {
  const root = join(dir, GENERATED_DIR);
  await rm(root, { recursive: true, force: true });
  const runtimeDir = join(dir, RUNTIME_DIR, "app", "runtime");
  await mkdir(runtimeDir, { recursive: true });
  await mkdir(join(root, "app", "mixins"), { recursive: true });
  await place(runtime.nodeBinary, join(runtimeDir, "node"));
  await copyFile(runtime.runFile, join(root, "app", "run"));
  await writeFile(join(root, "app", "porter.yaml"), canonical);
  await writeFile(join(root, "Dockerfile"), dockerfile);
  for (const mixin of mixins) {
    await cp(mixin.dir, join(root, "app", "mixins", mixin.name), { recursive: true });
  }
}

/** Writes the finished bundle.json beside. */
export async function stageBundle(dir: string, bundle: Uint8Array): Promise<string> {
  const file = join(dir, GENERATED_DIR, "bundle.json");
  await mkdir(join(dir, GENERATED_DIR), { recursive: true });
  await writeFile(file, bundle);
  return file;
}

async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    // Another file system, or one without links.
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
