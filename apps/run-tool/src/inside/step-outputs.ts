import { readFileSync, statSync } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, wiringEnv } from "@gantry/manifest";
import { addSecretFile, appliesTo, typedValue } from "./inputs.ts";
import { type Paths, inImage } from "./paths.ts";
import { RunError, errnoOf } from "./run-error.ts";
import type { Secrets } from "./secrets.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface StepOutputsOptions {
  readonly manifest: Manifest;
  readonly action: string;
  readonly paths: Paths;
  readonly env: Environment;
  readonly secrets: Secrets;
}

const LONGEST_TEMPLATE_VALUE = 64 * 1024 * 1024;

/** The outputs of the steps so far. They stay in files: an output may be larger than memory. */
export class StepOutputs {
  readonly #options: StepOutputsOptions;
  readonly #files = new Map<string, string>();
  readonly #kept: string;

  constructor(options: StepOutputsOptions) {
    this.#options = options;
    this.#kept = join(options.paths.app, "porter/kept");
  }

  /** Takes over what the last step left in its output directory. */
  async collect(): Promise<void> {
    const { stepOutputs } = this.#options.paths;
    for (const entry of await readdir(stepOutputs, { withFileTypes: true })) {
      if (entry.isFile()) await this.#take(entry.name, join(stepOutputs, entry.name));
      else await rm(join(stepOutputs, entry.name), { recursive: true, force: true });
    }
  }

  async #take(name: string, file: string): Promise<void> {
    const { manifest, action, paths, secrets } = this.#options;
    const declared = manifest.outputs.find((output) => output.name === name);
    const isPublic =
      declared !== undefined && declared.sensitive !== true && declared.writeOnly !== true;
    if (!isPublic) await addSecretFile(file, secrets);
    const isWanted = declared !== undefined && appliesTo(declared, action);
    const dir = isWanted ? paths.outputs : this.#kept;
    await mkdir(dir, { recursive: true });
    await move(file, join(dir, name));
    this.#files.set(name, join(dir, name));
  }

  /** Copies the declared files that no step gave as output. A file that is not there is left out. */
  async collectFiles(): Promise<void> {
    const { manifest, action, paths } = this.#options;
    for (const { name, path, ...output } of manifest.outputs) {
      const target = join(paths.outputs, name);
      if (path === undefined || !appliesTo(output, action) || (await isFile(target))) continue;
      try {
        await copyFile(inImage(paths, path), target);
      } catch (cause) {
        if (errnoOf(cause) === "ENOENT") continue;
        throw new RunError(`the output "${name}" cannot be taken from ${path}: ${errnoOf(cause)}`, {
          cause,
          hint: "It has to be a file that the bundle's user may read.",
        });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#kept, { recursive: true, force: true });
  }

  /** An output of an earlier step, else of an earlier action; read when it is looked at. */
  asScope(): object {
    const { manifest, env } = this.#options;
    const scope = {};
    const names = new Set([...manifest.outputs.map(({ name }) => name), ...this.#files.keys()]);
    for (const name of names) {
      const type = manifest.outputs.find((output) => output.name === name)?.type;
      Object.defineProperty(scope, name, {
        enumerable: true,
        get: () => typedValue(type, this.#text(name) ?? env[wiringEnv(name)] ?? ""),
      });
    }
    return scope;
  }

  #text(name: string): string | undefined {
    const file = this.#files.get(name);
    if (file === undefined) return undefined;
    if (statSync(file).size <= LONGEST_TEMPLATE_VALUE) return readFileSync(file, "utf8");
    throw new RunError(`the output "${name}" is too large for a template`, {
      hint: `Give its file to the step instead: it is ${file}.`,
    });
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The outputs directory may be a mount of its own, which nothing can be renamed into. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errnoOf(error) !== "EXDEV") throw error;
    await copyFile(from, to);
    await rm(from);
  }
}
