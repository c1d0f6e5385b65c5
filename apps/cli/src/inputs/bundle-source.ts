import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { BundleSource } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import type { World } from "../world.ts";
import { optional } from "./optional.ts";

const MANIFEST = "porter.yaml";

/** The bundle that an action means: `--reference`, else `--file`, else `--cnab-file`, else a porter.yaml here, else what the installation has. */
export async function readBundleSource(given: Given, world: World): Promise<BundleSource> {
  const reference = given.argument("REF") ?? given.text("reference");
  return reference === undefined ? readFiles(given, world) : readReference(reference, given);
}

async function readFiles(given: Given, { cwd }: World): Promise<BundleSource> {
  const file = given.text("file");
  const cnabFile = given.text("cnab-file");
  const dir = given.text("dir");
  if (file !== undefined && cnabFile !== undefined) {
    throw new UsageError("--file and --cnab-file were both given.", {
      hint: "Give one of them: a manifest to build, or a bundle.json to run as it is.",
    });
  }
  if (cnabFile !== undefined) return { cnabFile: resolve(cwd, cnabFile) };
  const base = dir === undefined ? cwd : resolve(cwd, dir);
  if (file !== undefined) return { file: resolve(cwd, file), ...optional("dir", dir && base) };
  const manifest = join(base, MANIFEST);
  if (await exists(manifest)) return { file: manifest, ...optional("dir", dir && base) };
  if (dir !== undefined) throw noManifest(manifest);
  return {};
}

/** As Porter does, it goes before the files. */
function readReference(reference: string, given: Given): BundleSource {
  if (!/[\s]/.test(reference) && reference !== "")
    return {
      reference,
      ...(given.has("insecure-registry") ? { insecureRegistry: true } : {}),
    };
  throw new UsageError(`--reference is "${reference}".`, {
    hint: "Write --reference REGISTRY/NAME:TAG.",
  });
}

/** The manifest that a build means. Throws `UsageError` when there is none. */
export async function readBuildSource(given: Given, world: World): Promise<BundleSource> {
  const source = await readFiles(given, world);
  if (source.file === undefined) throw noManifest(join(world.cwd, MANIFEST));
  if (await exists(source.file)) return source;
  throw noManifest(source.file);
}

/** The installation that is meant: the one named, else the one of the porter.yaml here. */
export async function readInstallationName(given: Given, { cwd }: World): Promise<string> {
  const named = given.argument("NAME") ?? given.text("installation");
  if (named !== undefined) return named;
  return (await nameOfManifest(join(cwd, MANIFEST))) ?? throwUnnamed();
}

/** The same for commands whose NAME argument names something else. */
export async function readOutputOwner(given: Given, { cwd }: World): Promise<string> {
  return (
    given.text("installation") ?? (await nameOfManifest(join(cwd, MANIFEST))) ?? throwUnnamed()
  );
}

async function nameOfManifest(path: string): Promise<string | undefined> {
  if (!(await exists(path))) return undefined;
  const { parse } = await import("yaml");
  const manifest: unknown = await readFile(path, "utf8").then(
    (text) => parse(text) as unknown,
    () => undefined,
  );
  const name =
    typeof manifest === "object" && manifest !== null && "name" in manifest ? manifest.name : "";
  if (typeof name === "string" && name !== "") return name;
  throw new UsageError(`${path} has no name that could be read.`, {
    hint: "Give the installation's name, or mend the file.",
  });
}

function throwUnnamed(): never {
  throw new UsageError("No installation was named.", {
    hint: "Give its name (`gantry list` shows them), or go to a directory with a porter.yaml.",
  });
}

function noManifest(path: string): UsageError {
  return new UsageError(`There is no manifest at ${path}.`, {
    hint: "Go to the bundle's directory, give --file, or make a bundle with `gantry create`.",
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
