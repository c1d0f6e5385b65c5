import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  canonicalManifest,
  lintLevel,
  lintManifest,
  type Manifest,
  parseManifest,
} from "@gantry/manifest";
import type { BuildOptions, BundleSource } from "@gantry/protocol";
import { Fault } from "../fault.ts";

/** A bundle's source as it lies on disk. */
export interface Source {
  /** Identifies the source in the store: the manifest's absolute path and the context's. */
  readonly key: string;
  readonly manifestFile: string;
  /** The build context. */
  readonly dir: string;
  readonly manifest: Manifest;
  /** The manifest as it goes into the image. */
  readonly canonical: string;
  /** Text of the file that `dockerfile:` names. */
  readonly template: { readonly path: string; readonly text: string } | undefined;
  /** Text of `.dockerignore`. */
  readonly ignore: string;
}

/** What identifies a source in the store. Throws `not-found` when there is no manifest. */
export async function sourceKey(given: BundleSource): Promise<string> {
  const { file, dir } = await locate(given);
  return toKey(file, dir);
}

/** The manifest and the context that a source's key names. */
export function placesOf(key: string): { readonly file: string; readonly dir: string } {
  const [file = "", dir = ""] = key.split("\n");
  return { file, dir };
}

/** The manifest alone, checked; nothing of the context is read. Throws `manifest-invalid` or `not-found`. */
export async function readManifestOf(given: BundleSource): Promise<Manifest> {
  const { file } = await locate(given);
  return parseManifest(await readFile(file, "utf8"), { path: file });
}

function toKey(file: string, dir: string): string {
  return `${file}\n${dir}`;
}

/** Reads the manifest and what it names. Throws `manifest-invalid`, `lint-failed` or `not-found` with the place. */
export async function readSource(given: BundleSource, options: BuildOptions): Promise<Source> {
  const { file, dir } = await locate(given);
  const original = parseManifest(await readFile(file, "utf8"), { path: file });
  if (options.lint) refuseLintErrors(original);
  const canonical = canonicalManifest(original.text, pickEdits(options));
  const manifest =
    canonical === original.text ? original : parseManifest(canonical, { path: original.path });
  return {
    key: toKey(file, dir),
    manifestFile: file,
    dir,
    manifest,
    canonical,
    template: await readTemplate(manifest, dir),
    ignore: await readIfThere(join(dir, ".dockerignore")),
  };
}

async function locate({ file, dir }: BundleSource): Promise<{ file: string; dir: string }> {
  const contextDir = resolve(dir ?? (file === undefined ? "." : dirname(file)));
  const manifestFile = resolve(file ?? join(contextDir, "porter.yaml"));
  const found = await stat(manifestFile).catch(() => undefined);
  if (found?.isFile() === true) return { file: manifestFile, dir: contextDir };
  throw new Fault("not-found", `There is no manifest at ${manifestFile}.`, {
    hint: "Go to the bundle's directory, name the manifest with --file, or make a bundle with `gantry create`.",
  });
}

function pickEdits({
  name,
  version,
  custom,
}: BuildOptions): Parameters<typeof canonicalManifest>[1] {
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version: version.replace(/^v/, "") }),
    custom,
  };
}

function refuseLintErrors(manifest: Manifest): void {
  const errors = lintManifest(manifest).filter(({ Level }) => Level === lintLevel.error);
  if (errors.length === 0) return;
  throw new Fault(
    "lint-failed",
    `The linter found ${errors.length === 1 ? "an error" : `${errors.length} errors`} in ${manifest.path}.`,
    {
      hint: "Mend them, or build with --no-lint.",
      details: errors.map(({ Code, Message, Location }) => {
        const where =
          Location.StepNumber > 0 ? ` (${Location.Action}, step ${Location.StepNumber})` : "";
        return `${Code}: ${Message}${where}`;
      }),
    },
  );
}

async function readTemplate(
  { dockerfile, path }: Manifest,
  dir: string,
): Promise<Source["template"]> {
  if (dockerfile === undefined) return undefined;
  try {
    return { path: dockerfile, text: await readFile(join(dir, dockerfile), "utf8") };
  } catch (cause) {
    throw new Fault(
      "not-found",
      `${path} names the Dockerfile ${dockerfile}, which is not in ${dir}.`,
      {
        hint: "Correct `dockerfile:`, or leave it out to build on the default template.",
        cause,
      },
    );
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
